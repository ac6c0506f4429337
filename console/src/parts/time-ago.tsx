import { useRoughNow } from './clock';

const units: [unit: Intl.RelativeTimeFormatUnit, ms: number][] = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
];
const format = new Intl.RelativeTimeFormat('en', { numeric: 'auto', style: 'short' });

export function ageOf(atMs: number, nowMs: number): string {
  const ms = atMs - nowMs;
  for (const [unit, size] of units) {
    if (Math.abs(ms) >= size) return format.format(Math.trunc(ms / size), unit);
  }
  return 'just now';
}

/** `at` in milliseconds since 1970. */
export function TimeAgo({ at }: { at: number }) {
  const nowMs = useRoughNow();
  const date = new Date(at);
  return (
    <time dateTime={date.toISOString()} title={date.toLocaleString()}>
      {ageOf(at, Math.max(nowMs, at))}
    </time>
  );
}
