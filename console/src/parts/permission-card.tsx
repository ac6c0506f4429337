/**
 * What an agent asks before it acts, and the three answers. It knows no data: whoever shows it says what is asked, and
 * takes the answer. A refusal may have a word for the agent, which is written before it is sent.
 */
import { ShieldQuestion } from 'lucide-react';
import { type FormEvent, type ReactNode, useState } from 'react';
import { Button } from './button';
import { TextField } from './field';
import { Kbd } from './kbd';
import { ErrorNotice } from './notices';
import { TimeAgo } from './time-ago';
import { ToolInput } from './tool-input';

export type PermissionAnswer = 'allow' | 'always_allow' | 'deny';

export interface PermissionCardProps {
  toolName: string;
  toolInput: unknown;
  /** In milliseconds since 1970. */
  requestedAt: number;
  onAnswer: (answer: PermissionAnswer, message?: string) => void;
  /** An answer is on its way. */
  busy?: boolean;
  /** Why the last answer was not taken. */
  error?: unknown;
  /** The word of a refusal is being written. Held outside, so that a key can open it. */
  refusing: boolean;
  onRefusing: (refusing: boolean) => void;
  /** Keys that answer this card at the moment, shown on its buttons. */
  keys?: Partial<Record<PermissionAnswer, string>>;
  /** Where the question comes from: a session, a run. */
  from?: ReactNode;
}

export function PermissionCard(props: PermissionCardProps) {
  const { toolName, toolInput, requestedAt, error, from, refusing } = props;
  return (
    // Not a region: several may stand on one page, with the same name.
    <article
      aria-label={`Permission for ${toolName}`}
      className="flex flex-col gap-3 rounded-lg border border-attention bg-attention-soft p-3 sm:p-4"
    >
      <header className="flex items-start gap-2 text-sm">
        <ShieldQuestion size={18} aria-hidden className="mt-px shrink-0 text-attention" />
        <p className="min-w-0 wrap-anywhere">
          The agent asks to use <strong className="font-semibold">{toolName}</strong>
        </p>
        <span className="ml-auto shrink-0 pt-0.5 text-xs text-muted">
          <TimeAgo at={requestedAt} />
        </span>
      </header>
      {from !== undefined && <div className="text-sm text-muted">{from}</div>}
      <ToolInput input={toolInput} />
      {error != null && <ErrorNotice error={error} />}
      {refusing ? <Refusal {...props} /> : <Answers {...props} />}
    </article>
  );
}

function Answers({ onAnswer, onRefusing, busy = false, keys = {} }: PermissionCardProps) {
  return (
    <div className="flex flex-wrap gap-2">
      <Button look="primary" disabled={busy} onClick={() => onAnswer('allow')}>
        Allow <Key keys={keys.allow} />
      </Button>
      <Button
        disabled={busy}
        onClick={() => onAnswer('always_allow')}
        title="Later requests for this tool in this session are allowed at once"
      >
        Always allow <Key keys={keys.always_allow} />
      </Button>
      <Button look="danger" disabled={busy} onClick={() => onRefusing(true)}>
        Deny … <Key keys={keys.deny} />
      </Button>
    </div>
  );
}

function Key({ keys }: { keys: string | undefined }) {
  return keys === undefined ? null : (
    <span aria-hidden className="hidden sm:inline">
      <Kbd keys={keys} />
    </span>
  );
}

function Refusal({ onAnswer, onRefusing, busy = false }: PermissionCardProps) {
  const [word, setWord] = useState('');
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const message = word.trim();
    onAnswer('deny', message === '' ? undefined : message);
  };
  return (
    <form
      onSubmit={submit}
      onKeyDown={(event) => {
        if (event.key === 'Escape') onRefusing(false);
      }}
      className="flex flex-col gap-3"
    >
      <TextField
        label="A word for the agent"
        hint="It reads this instead of what the tool would have said. It may stay empty."
        value={word}
        maxLength={2000}
        onChange={(event) => setWord(event.target.value)}
        autoFocus
      />
      <div className="flex flex-wrap gap-2">
        <Button look="danger" type="submit" disabled={busy}>
          Deny
        </Button>
        <Button look="quiet" onClick={() => onRefusing(false)}>
          Back
        </Button>
      </div>
    </form>
  );
}
