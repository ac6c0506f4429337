import type { Session } from 'quarterdeck/client';
import { useState } from 'react';
import { type AskedDialog, SessionDialog } from '../../app/session-menu/session-dialog';
import { useRowKeys } from '../../app/use-row-keys';
import { Button } from '../../parts/button';
import { SessionRow } from './session-row';

interface SessionListProps {
  sessions: readonly Session[];
  /** There is more. */
  onMore: (() => void) | undefined;
}

export function SessionList({ sessions, onMore }: SessionListProps) {
  const list = useRowKeys<HTMLUListElement>('session');
  const [asked, setAsked] = useState<AskedDialog>();
  return (
    <div className="flex flex-col gap-3">
      <ul
        ref={list}
        aria-label="Sessions"
        className="divide-y divide-line rounded-lg border border-line bg-panel"
      >
        {sessions.map((session) => (
          <SessionRow key={session.sessionId} session={session} onAsk={setAsked} />
        ))}
      </ul>
      {onMore !== undefined && (
        <Button onClick={onMore} className="self-center">
          Show more sessions
        </Button>
      )}
      <SessionDialog asked={asked} onClose={() => setAsked(undefined)} />
    </div>
  );
}
