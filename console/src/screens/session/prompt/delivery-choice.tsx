import { useId } from 'react';
import { classes } from '../../../parts/classes';

export type OfferedDelivery = 'queue' | 'steer' | 'interrupt';

const choices: { value: OfferedDelivery; words: string; hint: string }[] = [
  { value: 'queue', words: 'Queue', hint: 'It waits behind what is there' },
  {
    value: 'steer',
    words: 'Steer',
    hint: 'It is said into the turn under way, where the agent can be steered',
  },
  { value: 'interrupt', words: 'Interrupt', hint: 'The active run is cancelled, and this one goes first' },
];

interface DeliveryChoiceProps {
  value: OfferedDelivery;
  onChange: (value: OfferedDelivery) => void;
}

/** What a prompt does while the session is busy. */
export function DeliveryChoice({ value, onChange }: DeliveryChoiceProps) {
  const name = useId();
  return (
    <fieldset className="flex rounded-md border border-line p-0.5">
      <legend className="sr-only">Delivery</legend>
      {choices.map((choice) => (
        <label
          key={choice.value}
          title={choice.hint}
          className={classes(
            'cursor-pointer rounded-sm px-2.5 py-1 text-xs font-medium has-focus-visible:outline-2 has-focus-visible:outline-accent',
            value === choice.value ? 'bg-accent-soft text-accent' : 'text-muted hover:text-ink',
          )}
        >
          <input
            type="radio"
            name={name}
            className="sr-only"
            checked={value === choice.value}
            onChange={() => onChange(choice.value)}
          />
          {choice.words}
        </label>
      ))}
    </fieldset>
  );
}
