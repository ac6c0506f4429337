import { useNow } from './clock';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;

/** In the two units that matter: `42 s`, `3 min 5 s`, `1 h 12 min`, `2 d 4 h`. */
export function durationWords(ms: number): string {
  const of = (unit: number, rest: number) => Math.floor((ms % rest) / unit);
  if (ms < minuteMs) return `${Math.floor(ms / 1000)} s`;
  if (ms < hourMs) return `${of(minuteMs, hourMs)} min ${of(1000, minuteMs)} s`;
  if (ms < dayMs) return `${of(hourMs, dayMs)} h ${of(minuteMs, hourMs)} min`;
  return `${Math.floor(ms / dayMs)} d ${of(hourMs, dayMs)} h`;
}

/** How long it has been, counted on until it is known no more. Both in milliseconds since 1970. */
export function Elapsed({ since, until }: { since: number; until?: number | undefined }) {
  const now = useNow();
  return <span className="tabular-nums">{durationWords(Math.max(0, (until ?? now) - since))}</span>;
}
