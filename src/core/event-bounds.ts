/** Keeps one event within its bound: what an agent or a tool prints has no limit of its own. */
import type { AgentEvent } from '../contract/index.js';

/** The longest string of an event that is too large shrinks to this share of the bound. */
const stringShare = 0.25;
/** Strings up to here are never cut: they are kinds, ids and names, without which the rest means nothing. */
const keptCharsMax = 128;

/** `value` when its JSON is within `bytesMax` characters; else a copy whose long strings are cut and marked. */
export function boundValue(value: unknown, bytesMax: number): unknown {
  return (JSON.stringify(value) ?? '').length <= bytesMax ? value : cutToFit(value, bytesMax)?.value;
}

/** The same for an event whose JSON is known; one that cannot be cut is replaced by a notice that says so. */
export function boundEvent(
  event: AgentEvent,
  json: string,
  bytesMax: number,
): { event: AgentEvent; json: string } {
  if (json.length <= bytesMax) return { event, json };
  const cut = cutToFit(event, bytesMax);
  if (cut !== undefined) return { event: cut.value, json: cut.json };
  const notice: AgentEvent = {
    type: 'notice',
    level: 'warn',
    message: `An event of type ${event.type} was left out: its ${json.length} characters could not be cut to ${bytesMax}.`,
  };
  return { event: notice, json: JSON.stringify(notice) };
}

function cutToFit<T>(value: T, bytesMax: number): { value: T; json: string } | undefined {
  const first = Math.floor(bytesMax * stringShare);
  for (let charsMax = first; charsMax >= keptCharsMax; charsMax = Math.floor(charsMax / 4)) {
    const cut = cutStrings(value, charsMax) as T;
    const json = JSON.stringify(cut);
    if (json.length <= bytesMax) return { value: cut, json };
  }
  return undefined;
}

/** Head and tail of a long text with a mark between them that says how much is missing. */
export function cutMiddle(text: string, charsMax: number): string {
  if (text.length <= charsMax) return text;
  const half = Math.floor(charsMax / 2);
  const head = cutStart(text, half);
  const tail = isLowSurrogate(text, text.length - half) ? text.slice(1 - half) : text.slice(-half);
  return `${head}\n[… ${text.length - head.length - tail.length} characters cut …]\n${tail}`;
}

/** The beginning of a text, never half of a character that takes two code units, such as an emoji. */
export function cutStart(text: string, charsMax: number): string {
  return text.slice(0, isLowSurrogate(text, charsMax) ? charsMax - 1 : charsMax);
}

function isLowSurrogate(text: string, index: number): boolean {
  const unit = text.charCodeAt(index);
  return unit >= 0xdc00 && unit <= 0xdfff;
}

function cutStrings(value: unknown, charsMax: number): unknown {
  if (typeof value === 'string') return cutMiddle(value, charsMax);
  if (Array.isArray(value)) return value.map((item) => cutStrings(item, charsMax));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, cutStrings(item, charsMax)]));
}
