import type { Budget } from 'quarterdeck/client';
import { type FormEvent, useId, useState } from 'react';
import { Button } from './button';

const bounds: { field: keyof Budget; words: string; unit: number; step: string }[] = [
  { field: 'maxToolCalls', words: 'tool calls', unit: 1, step: '1' },
  { field: 'maxTurns', words: 'turns', unit: 1, step: '1' },
  { field: 'maxDurationMs', words: 'minutes', unit: 60_000, step: '1' },
  { field: 'maxTokens', words: 'tokens', unit: 1, step: '1' },
  { field: 'maxCostUsd', words: 'US dollars', unit: 1, step: '0.01' },
];

const control = 'h-9 rounded-md border border-line-strong bg-canvas px-3 text-ink';

interface RaiseFormProps {
  /** Why the run is parked. It names the bound. */
  message: string;
  busy: boolean;
  onRaise: (raise: Budget) => void;
}

/** What the budget that is used up is raised to, in all and not on top. */
export function RaiseForm({ message, busy, onRaise }: RaiseFormProps) {
  const id = useId();
  const [field, setField] = useState<keyof Budget>(boundIn(message));
  const [amount, setAmount] = useState('');
  const bound = bounds.find((one) => one.field === field);
  const value = Number(amount) * (bound?.unit ?? 1);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (value > 0) onRaise({ [field]: value });
  };
  return (
    <form onSubmit={submit} className="flex flex-wrap items-center gap-2 text-sm">
      <label htmlFor={id}>Raise it to</label>
      <input
        id={id}
        type="number"
        min={bound?.step}
        step={bound?.step}
        required
        value={amount}
        onChange={(event) => setAmount(event.target.value)}
        className={`${control} w-28`}
      />
      <select
        aria-label="What is raised"
        value={field}
        onChange={(event) => setField(event.target.value as keyof Budget)}
        className={control}
      >
        {bounds.map((one) => (
          <option key={one.field} value={one.field}>
            {one.words}
          </option>
        ))}
      </select>
      <Button look="primary" type="submit" disabled={busy || !(value > 0)}>
        Raise and go on
      </Button>
    </form>
  );
}

function boundIn(message: string): keyof Budget {
  return bounds.find(({ field }) => message.includes(field))?.field ?? 'maxToolCalls';
}
