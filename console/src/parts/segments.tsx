import { useId } from 'react';

interface SegmentsProps<Value extends string | number> {
  /** Its accessible name. */
  label: string;
  options: readonly { value: Value; label: string }[];
  /** None of them: something else is chosen. */
  value: Value | undefined;
  onChange: (value: Value) => void;
}

/** One of a few, all of them seen. */
export function Segments<Value extends string | number>({
  label,
  options,
  value,
  onChange,
}: SegmentsProps<Value>) {
  const name = useId();
  return (
    <fieldset className="inline-flex rounded-md border border-line bg-panel p-0.5">
      <legend className="sr-only">{label}</legend>
      {options.map((option) => (
        <label key={option.value} className="cursor-pointer">
          <input
            type="radio"
            name={name}
            className="peer sr-only"
            checked={option.value === value}
            onChange={() => onChange(option.value)}
          />
          <span className="flex min-h-8 items-center rounded px-3 text-sm font-medium whitespace-nowrap text-muted peer-checked:bg-accent-soft peer-checked:text-accent peer-focus-visible:outline-2 peer-focus-visible:outline-accent hover:text-ink">
            {option.label}
          </span>
        </label>
      ))}
    </fieldset>
  );
}
