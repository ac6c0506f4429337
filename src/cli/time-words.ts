/** Times as they are written for people and for programs. */

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;
/** What is longer ago is told by its day. */
const agoDaysMax = 30;

/** In UTC, as the log of the server has it. */
export function timeWords(ms: number): string {
  return new Date(ms).toISOString().replace('T', ' ').replace(/\.\d+/, '');
}

/** For a person who looks at `nowMs`. Clocks differ: what is yet to come is now. */
export function agoWords(ms: number, nowMs: number): string {
  const ago = Math.max(0, nowMs - ms);
  if (ago < minuteMs) return `${Math.floor(ago / 1000)} s ago`;
  if (ago < hourMs) return `${Math.floor(ago / minuteMs)} min ago`;
  if (ago < dayMs) return `${Math.floor(ago / hourMs)} h ago`;
  const days = Math.floor(ago / dayMs);
  return days <= agoDaysMax ? `${days} d ago` : timeWords(ms).slice(0, 10);
}

export function durationWords(ms: number): string {
  const seconds = Math.round(ms / 1000);
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  return minutes < 60 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
