import { useId } from 'react';
import { classes } from '../../parts/classes';

interface FilterSelectProps {
  label: string;
  /** What no filter is called. */
  all: string;
  value: string | undefined;
  options: readonly (readonly [value: string, words: string])[];
  /** Empty: no filter. */
  onChange: (value: string) => void;
}

export function FilterSelect({ label, all, value = '', options, onChange }: FilterSelectProps) {
  const id = useId();
  // An address may name what is gone, or not read yet.
  const isKnown = value === '' || options.some(([known]) => known === value);
  return (
    <div className="min-w-0">
      <label htmlFor={id} className="sr-only">
        {label}
      </label>
      <select
        id={id}
        value={value}
        onChange={(event) => onChange(event.target.value)}
        className={classes(
          'h-9 w-full max-w-full rounded-md border bg-panel px-1 text-sm sm:px-2 sm:max-w-48',
          value === '' ? 'border-line-strong text-ink' : 'border-accent font-medium text-accent',
        )}
      >
        <option value="">{all}</option>
        {options.map(([known, words]) => (
          <option key={known} value={known}>
            {words}
          </option>
        ))}
        {!isKnown && <option value={value}>{value}</option>}
      </select>
    </div>
  );
}
