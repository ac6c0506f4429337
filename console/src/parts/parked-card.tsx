/**
 * A run that was set aside, and what can be done about it: raise the budget and go on, try once more, or give it up. It
 * knows no data: whoever shows it says what is parked, and takes the answer.
 */
import { CirclePause } from 'lucide-react';
import type { Budget, Parking } from 'quarterdeck/client';
import { type ReactNode, useEffect, useState } from 'react';
import { Button } from './button';
import { ErrorNotice } from './notices';
import { RaiseForm } from './raise-form';
import { TimeAgo } from './time-ago';
import { dateTimeWords } from './times';

export interface ParkedCardProps {
  parking: Parking;
  onResume: (raise?: Budget) => void;
  onCancel: () => void;
  /** Whether it goes on by itself, where that makes sense at some time. */
  onAutoResume: (autoResume: boolean) => void;
  /** An answer is on its way. */
  busy?: boolean;
  /** Why the last answer was not taken. */
  error?: unknown;
  /** Where it is: a session, a project. */
  from?: ReactNode;
}

const titles = { budget: 'A budget is used up', usage_limit: 'The provider’s usage limit was reached' };

export function ParkedCard(props: ParkedCardProps) {
  const { parking, onResume, onCancel, busy = false, error, from } = props;
  const { reason, message, parkedAt } = parking;
  return (
    // Not a region: several may stand on one page, with the same name.
    <article
      aria-label="Parked run"
      className="flex flex-col gap-3 rounded-lg border border-attention bg-attention-soft p-3 sm:p-4"
    >
      <header className="flex items-start gap-2 text-sm">
        <CirclePause size={18} aria-hidden className="mt-px shrink-0 text-attention" />
        <p className="min-w-0 font-semibold">{titles[reason]}</p>
        <span className="ml-auto shrink-0 pt-0.5 text-xs text-muted">
          <TimeAgo at={parkedAt} />
        </span>
      </header>
      {from !== undefined && <div className="text-sm text-muted">{from}</div>}
      <p className="text-sm wrap-anywhere">{message}</p>
      {error != null && <ErrorNotice error={error} />}
      {reason === 'budget' ? (
        <RaiseForm message={message} busy={busy} onRaise={onResume} />
      ) : (
        <Button look="primary" className="w-fit" disabled={busy} onClick={() => onResume()}>
          Try again now
        </Button>
      )}
      <div className="flex flex-wrap items-center gap-x-4 gap-y-2">
        <AutoResume {...props} />
        <Button look="danger" className="ml-auto" disabled={busy} onClick={onCancel}>
          Cancel the run
        </Button>
      </div>
    </article>
  );
}

/** The tick stays where it was put until the server says something new, or that it was not taken. */
function AutoResume({ parking, onAutoResume, busy = false, error }: ParkedCardProps) {
  const { resumesAt, autoResume } = parking;
  const [wanted, setWanted] = useState<boolean>();
  // biome-ignore lint/correctness/useExhaustiveDependencies: these are what ends the wish.
  useEffect(() => setWanted(undefined), [autoResume, error]);
  if (resumesAt === undefined) return null;
  const change = (on: boolean) => {
    setWanted(on);
    onAutoResume(on);
  };
  return (
    <label className="flex items-center gap-2 text-sm">
      <input
        type="checkbox"
        checked={wanted ?? autoResume}
        disabled={busy}
        onChange={(event) => change(event.target.checked)}
      />
      <span>
        Go on by itself at{' '}
        <time dateTime={new Date(resumesAt).toISOString()}>{dateTimeWords(resumesAt)}</time>
      </span>
    </label>
  );
}
