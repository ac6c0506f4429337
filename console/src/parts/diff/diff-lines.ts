/** The lines of an edit, with their numbers and what of them has changed. Comes in a file of its own, with its library. */
import { diffWordsWithSpace, structuredPatch } from 'diff';
import type { FileEdit, Hunk } from './file-edits';

export interface DiffLine {
  kind: 'same' | 'removed' | 'added';
  oldNumber: number | undefined;
  newNumber: number | undefined;
  /** `changed` parts of a line that has a counterpart. */
  parts: readonly { text: string; changed: boolean }[];
}

const contextLines = 3;
/** Longer texts are shown as removed and added, without looking for what stayed. */
const comparedCharsMax = 200_000;
/** Of a line whose words are compared. */
const wordsCharsMax = 400;

export function hunksOf(edit: FileEdit): readonly Hunk[] {
  if ('hunks' in edit) return edit.hunks;
  const { before, after, path } = edit;
  if (before.length + after.length > comparedCharsMax) {
    const lines = [...linesOf(before).map((line) => `-${line}`), ...linesOf(after).map((line) => `+${line}`)];
    return [{ oldStart: 1, newStart: 1, lines }];
  }
  return structuredPatch(path, path, before, after, '', '', { context: contextLines }).hunks;
}

function linesOf(text: string): string[] {
  return text === '' ? [] : text.replace(/\n$/, '').split('\n');
}

export function diffLinesOf({ oldStart, newStart, lines }: Hunk): readonly DiffLine[] {
  let [oldNumber, newNumber] = [oldStart, newStart];
  const told: DiffLine[] = [];
  for (const line of lines) {
    // `\ No newline at end of file`.
    if (line.startsWith('\\')) continue;
    const kind = line.startsWith('-') ? 'removed' : line.startsWith('+') ? 'added' : 'same';
    told.push({
      kind,
      oldNumber: kind === 'added' ? undefined : oldNumber++,
      newNumber: kind === 'removed' ? undefined : newNumber++,
      parts: [{ text: line.slice(1), changed: false }],
    });
  }
  return markWords(told);
}

/** Where as many lines were removed as were added right behind them, each is compared with its counterpart. */
function markWords(lines: DiffLine[]): DiffLine[] {
  for (let at = 0; at < lines.length; ) {
    const removed = countKind(lines, at, 'removed');
    const added = countKind(lines, at + removed, 'added');
    if (removed > 0 && removed === added)
      for (let pair = at; pair < at + removed; pair += 1) compareWords(lines, pair, pair + removed);
    at += Math.max(1, removed + added);
  }
  return lines;
}

function countKind(lines: readonly DiffLine[], from: number, kind: DiffLine['kind']): number {
  let count = 0;
  while (lines[from + count]?.kind === kind) count += 1;
  return count;
}

function compareWords(lines: DiffLine[], removedAt: number, addedAt: number): void {
  const [removed, added] = [lines[removedAt], lines[addedAt]];
  if (removed === undefined || added === undefined) return;
  const [before, after] = [removed.parts[0]?.text ?? '', added.parts[0]?.text ?? ''];
  if (before.length + after.length > wordsCharsMax) return;
  const words = diffWordsWithSpace(before, after);
  const sameChars = words.reduce(
    (sum, word) => sum + (word.added || word.removed ? 0 : word.value.trim().length),
    0,
  );
  // Lines that have little in common are two lines.
  if (sameChars * 2 < Math.min(before.length, after.length)) return;
  const part = (kind: 'added' | 'removed') =>
    words
      .filter((word) => word[kind] || !(word.added || word.removed))
      .map((word) => ({ text: word.value, changed: word[kind] === true }));
  lines[removedAt] = { ...removed, parts: part('removed') };
  lines[addedAt] = { ...added, parts: part('added') };
}
