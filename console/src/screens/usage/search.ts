/** What the address of the usage says: of which days, of which project, and by what the bars are drawn. */

/** Of a range that ends today. */
export const rangeDays = [7, 30, 90, 365] as const;
export const rangeDaysDefault = 30;
/** The server tells of no more groups at once. */
export const rangeDaysMax = 1000;

export const measures = ['tokens', 'cost', 'runs', 'time'] as const;
export type Measure = (typeof measures)[number];

export interface UsageSearch {
  days?: (typeof rangeDays)[number];
  /** Days as `2026-11-23` (UTC), both included; they win over `days`. */
  from?: string;
  to?: string;
  project?: string;
  measure?: Measure;
}

/** What it does not understand it leaves out: the screen then shows what it shows without. */
export function readUsageSearch({ days, from, to, project, measure }: Record<string, unknown>): UsageSearch {
  return {
    ...pick('days', rangeDays, days),
    ...(isDay(from) && isDay(to) && isRange(from, to) && { from, to }),
    ...(typeof project === 'string' && project !== '' && { project }),
    ...pick('measure', measures, measure),
  };
}

function pick<Key extends string, Value>(
  key: Key,
  values: readonly Value[],
  given: unknown,
): { [K in Key]?: Value } {
  const found = values.find((value) => value === given);
  return found === undefined ? {} : ({ [key]: found } as { [K in Key]?: Value });
}

function isDay(text: unknown): text is string {
  if (typeof text !== 'string' || !/^\d{4}-\d\d-\d\d$/.test(text)) return false;
  const ms = Date.parse(text);
  return !Number.isNaN(ms) && new Date(ms).toISOString().startsWith(text);
}

export function isRange(from: string, to: string): boolean {
  return from <= to && Date.parse(to) - Date.parse(from) < rangeDaysMax * 86_400_000;
}
