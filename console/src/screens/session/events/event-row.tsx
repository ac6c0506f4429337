import { ChevronRight } from 'lucide-react';
import type { EventEnvelope } from 'quarterdeck/client';
import { memo } from 'react';
import { classes } from '../../../parts/classes';
import { CodeBlock } from '../../../parts/markdown/code-block';
import { timeWords } from '../../../parts/times';
import { SeqLink } from '../seq-link';

interface EventRowProps {
  envelope: EventEnvelope;
  sessionId: string;
  open: boolean;
  isTarget: boolean;
  onToggle: (seq: number) => void;
}

const previewChars = 300;

export const EventRow = memo(function EventRow({
  envelope,
  sessionId,
  open,
  isTarget,
  onToggle,
}: EventRowProps) {
  const { seq, type, ts, source } = envelope;
  return (
    <div className={classes('border-b border-line', isTarget && 'bg-accent-soft')}>
      <div className="flex items-center gap-3 px-3 text-xs sm:px-4">
        <span className="w-14 shrink-0 text-right text-muted">
          <SeqLink sessionId={sessionId} seq={seq} tab="events" />
        </span>
        <button
          type="button"
          aria-expanded={open}
          onClick={() => onToggle(seq)}
          className="flex min-h-8 min-w-0 flex-1 items-center gap-2 text-left focus-visible:-outline-offset-2"
        >
          <ChevronRight
            size={13}
            aria-hidden
            className={classes('shrink-0 text-muted', open && 'rotate-90')}
          />
          <span
            className={classes(
              'shrink-0 font-mono font-medium',
              source === 'agent' ? 'text-busy' : 'text-accent',
            )}
          >
            {type}
          </span>
          <span className="min-w-0 flex-1 truncate font-mono text-muted">{previewOf(envelope)}</span>
        </button>
        <time
          dateTime={new Date(ts).toISOString()}
          className="hidden shrink-0 text-muted tabular-nums sm:inline"
        >
          {timeWords(ts)}
        </time>
      </div>
      {open && (
        <div className="px-3 pb-2 sm:px-4">
          <CodeBlock text={JSON.stringify(envelope, null, 2)} language="json" />
        </div>
      )}
    </div>
  );
});

/** The event without what each has. */
function previewOf({ event }: EventEnvelope): string {
  const { type: _, ...fields } = event;
  return JSON.stringify(fields, (key, value) => (key === 'projectId' ? undefined : value)).slice(
    0,
    previewChars,
  );
}
