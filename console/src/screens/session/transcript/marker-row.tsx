import { Link } from '@tanstack/react-router';
import type { SessionEvent } from 'quarterdeck/client';
import type { ReactNode } from 'react';
import type { Marker } from './model/items';

/** Something that happened to the session, between two lines. */
export function MarkerRow({ marker }: { marker: Marker }) {
  return (
    <p className="flex items-center gap-3 text-xs text-muted before:h-px before:flex-1 before:bg-line after:h-px after:flex-1 after:bg-line">
      <span className="max-w-[80%] text-center wrap-anywhere">{wordsOf(marker.event)}</span>
    </p>
  );
}

function wordsOf(event: SessionEvent): ReactNode {
  switch (event.type) {
    case 'queue_paused':
      return `Queue paused: ${event.reason}`;
    case 'queue_resumed':
      return 'Queue resumed';
    case 'session_forked':
      return (
        <>
          Forked from{' '}
          <Link
            to="/sessions/$sessionId"
            params={{ sessionId: event.fromSessionId }}
            search={{ seq: event.fromSeq }}
            className="text-accent underline"
          >
            another session
          </Link>
          , where what was before can be read
        </>
      );
    case 'session_updated':
      return changeWords(event);
    default:
      return event.type;
  }
}

function changeWords(event: Extract<SessionEvent, { type: 'session_updated' }>): string {
  if (event.name !== undefined) return `Renamed to “${event.name}”`;
  if (event.archived !== undefined) return event.archived ? 'Archived' : 'Taken out of the archive';
  return event.queue === undefined ? 'Metadata changed' : 'Settings of the queue changed';
}
