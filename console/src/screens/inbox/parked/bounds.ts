import type { Budget } from 'quarterdeck/client';

export interface Bound {
  name: keyof Budget;
  label: string;
  /** In the server's unit, of what is typed. */
  scale: number;
  whole: boolean;
  problem: string;
}

const whole = { scale: 1, whole: true, problem: 'A whole number above 0.' };

/** The bounds of a budget, as people say them. */
export const bounds: readonly [Bound, ...Bound[]] = [
  { name: 'maxTurns', label: 'New bound of turns', ...whole },
  { name: 'maxToolCalls', label: 'New bound of tool calls', ...whole },
  {
    name: 'maxDurationMs',
    label: 'New bound of work, in minutes',
    scale: 60_000,
    whole: false,
    problem: 'A number of minutes above 0.',
  },
  { name: 'maxTokens', label: 'New bound of tokens', ...whole },
  {
    name: 'maxCostUsd',
    label: 'New bound of cost, in US dollars',
    scale: 1,
    whole: false,
    problem: 'An amount above 0.',
  },
];

/** The one that the server's words name. They may change: then all of them are offered alike. */
export function namedBound(message: string): Bound | undefined {
  return bounds.find(({ name }) => message.includes(name));
}

/** In the server's unit; undefined where it is no amount. */
export function readAmount({ scale, whole: isWhole }: Bound, typed: string): number | undefined {
  const amount = Number(typed.trim().replace(',', '.'));
  if (!Number.isFinite(amount) || amount <= 0 || (isWhole && !Number.isInteger(amount))) return undefined;
  return scale === 1 ? amount : Math.max(1, Math.round(amount * scale));
}
