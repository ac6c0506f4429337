import type { Budget } from 'quarterdeck/client';
import { type FormEvent, useState } from 'react';
import { Button } from '../../../parts/button';
import { TextField } from '../../../parts/field';
import { bounds, namedBound, readAmount } from './bounds';

interface RaiseFormProps {
  /** Of the server: it names the bound that was reached. */
  message: string;
  busy: boolean;
  onRaise: (raise: Budget) => void;
  onBack: () => void;
}

/** What the budget has from now on. The bound that was reached comes first; the others are there for who wants them. */
export function RaiseForm({ message, busy, onRaise, onBack }: RaiseFormProps) {
  const [amounts, setAmounts] = useState<Readonly<Record<string, string>>>({});
  const [wrong, setWrong] = useState<string>();
  const named = namedBound(message);
  const ordered = [...bounds].sort((one, other) => Number(other === named) - Number(one === named));
  const [first = bounds[0], ...others] = ordered;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const given = bounds.filter(({ name }) => (amounts[name] ?? '').trim() !== '');
    const refused = given.find((bound) => readAmount(bound, amounts[bound.name] ?? '') === undefined);
    if (refused !== undefined || given.length === 0) return setWrong((refused ?? first).name);
    onRaise(
      Object.fromEntries(given.map((bound) => [bound.name, readAmount(bound, amounts[bound.name] ?? '')])),
    );
  };
  const field = (bound: (typeof bounds)[number], focused: boolean) => (
    <TextField
      key={bound.name}
      label={bound.label}
      inputMode="decimal"
      autoComplete="off"
      autoFocus={focused}
      value={amounts[bound.name] ?? ''}
      error={wrong === bound.name ? bound.problem : undefined}
      onChange={(event) => {
        setAmounts({ ...amounts, [bound.name]: event.target.value });
        setWrong(undefined);
      }}
    />
  );
  return (
    <form
      onSubmit={submit}
      noValidate
      onKeyDown={(event) => {
        if (event.key === 'Escape') onBack();
      }}
      className="flex flex-col gap-3"
    >
      <div className="max-w-64">{field(first, true)}</div>
      <details className="text-sm">
        <summary className="font-medium text-accent">Other bounds of this budget</summary>
        <div className="grid gap-3 pt-3 sm:grid-cols-2 lg:grid-cols-4">
          {others.map((bound) => field(bound, false))}
        </div>
      </details>
      <div className="flex flex-wrap gap-2">
        <Button look="primary" type="submit" disabled={busy}>
          Raise and resume
        </Button>
        <Button look="quiet" onClick={onBack}>
          Back
        </Button>
      </div>
    </form>
  );
}
