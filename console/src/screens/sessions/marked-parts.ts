import type { SearchHit } from 'quarterdeck/client';

interface Part {
  text: string;
  marked: boolean;
  /** Of its first character, in the whole. */
  start: number;
}

/** A text cut where what was found begins and ends. `marks` rise and do not overlap. */
export function markedParts(text: string, marks: SearchHit['marks']): Part[] {
  const parts: Part[] = [];
  let at = 0;
  const cut = (end: number, marked: boolean) => {
    if (end > at) parts.push({ text: text.slice(at, end), marked, start: at });
    at = Math.max(at, end);
  };
  for (const { start, end } of marks) {
    cut(start, false);
    cut(end, true);
  }
  cut(text.length, false);
  return parts;
}
