/** A budget in a form: a field for each bound, empty where there is none. */
import type { Budget } from 'quarterdeck/client';
import { TextField } from './field';

/** What stands in the fields. */
export type BudgetTexts = Record<keyof Budget, string>;

const minuteMs = 60_000;

interface Bound {
  name: keyof Budget;
  label: string;
  /** Of what stands in the field, in that of the API. */
  unit: number;
  /** Cents are parts of a dollar; of the others there are no parts. */
  parts: boolean;
}

const bounds: readonly Bound[] = [
  { name: 'maxCostUsd', label: 'Cost in dollars', unit: 1, parts: true },
  { name: 'maxTokens', label: 'Tokens', unit: 1, parts: false },
  { name: 'maxDurationMs', label: 'Minutes of work', unit: minuteMs, parts: true },
  { name: 'maxTurns', label: 'Turns', unit: 1, parts: false },
  { name: 'maxToolCalls', label: 'Uses of tools', unit: 1, parts: false },
];

export function textsOf(budget: Budget | undefined): BudgetTexts {
  const entries = bounds.map(({ name, unit }) => {
    const value = budget?.[name];
    return [name, value === undefined ? '' : String(value / unit)];
  });
  return Object.fromEntries(entries) as BudgetTexts;
}

/** `null` where no field says anything; `undefined` where one says what is no bound. */
export function budgetOf(texts: BudgetTexts): Budget | null | undefined {
  if (bounds.some((bound) => problemWith(bound, texts) !== undefined)) return undefined;
  const filled = bounds.filter(({ name }) => texts[name].trim() !== '');
  if (filled.length === 0) return null;
  return Object.fromEntries(
    filled.map(({ name, unit }) => [
      name,
      unit === 1 ? Number(texts[name]) : Math.round(Number(texts[name]) * unit),
    ]),
  );
}

interface BudgetFieldsProps {
  /** Whose budget it is. */
  legend: string;
  texts: BudgetTexts;
  onChange: (texts: BudgetTexts) => void;
}

export function BudgetFields({ legend, texts, onChange }: BudgetFieldsProps) {
  return (
    <fieldset className="flex flex-col gap-3 rounded-md border border-line p-4">
      <legend className="px-1 text-sm font-semibold">{legend}</legend>
      <div className="grid gap-3 sm:grid-cols-3">
        {bounds.map((bound) => (
          <TextField
            key={bound.name}
            label={bound.label}
            inputMode="decimal"
            autoComplete="off"
            placeholder="no bound"
            value={texts[bound.name]}
            onChange={(event) => onChange({ ...texts, [bound.name]: event.target.value })}
            error={problemWith(bound, texts)}
          />
        ))}
      </div>
    </fieldset>
  );
}

function problemWith({ name, parts }: Bound, texts: BudgetTexts): string | undefined {
  const text = texts[name].trim();
  if (text === '') return undefined;
  if (!/^\d{1,12}(\.\d+)?$/.test(text) || Number(text) === 0) return 'A number above 0.';
  return parts || !text.includes('.') ? undefined : 'A whole number.';
}
