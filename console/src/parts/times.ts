/** How times are written for people: by 24 hours, in the zone of their device. All are milliseconds since 1970. */
const time = new Intl.DateTimeFormat('en-GB', { timeStyle: 'medium' });
const dateTime = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'short' });

/** `21:03:32`. */
export function timeWords(atMs: number): string {
  return time.format(atMs);
}

/** `25 Nov 2026, 21:03`. */
export function dateTimeWords(atMs: number): string {
  return dateTime.format(atMs);
}

const units: readonly [ms: number, words: string][] = [
  [86_400_000, 'd'],
  [3_600_000, 'h'],
  [60_000, 'min'],
];

/** `just now`, `5 min ago`, `3 h ago`, `2 d ago`, in the units of durations. What is to come is now. */
export function ageWords(atMs: number, nowMs: number): string {
  const ms = nowMs - atMs;
  const [size, words] = units.find(([one]) => ms >= one) ?? [];
  return size === undefined ? 'just now' : `${Math.floor(ms / size)} ${words} ago`;
}
