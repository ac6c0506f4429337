/** What somebody may have meant who typed something that there is not. */

/** Of the length of what was typed: more edits than that make another word. */
const editsShare = 0.4;

/** The nearest of `words`, where one is near; of several equally near ones the first. */
export function nearest(text: string, words: Iterable<string>): string | undefined {
  let found: string | undefined;
  let fewest = Math.max(1, Math.floor(text.length * editsShare)) + 1;
  for (const word of words) {
    const edits = editsBetween(text.toLowerCase(), word.toLowerCase(), fewest);
    if (edits >= fewest) continue;
    fewest = edits;
    found = word;
  }
  return found;
}

/** As an addition to a sentence; empty where nothing is near. */
export function didYouMean(text: string, words: Iterable<string>): string {
  const word = nearest(text, words);
  return word === undefined ? '' : ` Did you mean "${word}"?`;
}

/** Letters put in, left out, changed, or exchanged with their neighbours; `most` where there are as many or more. */
function editsBetween(one: string, other: string, most: number): number {
  if (Math.abs(one.length - other.length) >= most) return most;
  let before: number[] = [];
  let row = Array.from({ length: other.length + 1 }, (_, column) => column);
  for (let i = 1; i <= one.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= other.length; j += 1) {
      const same = one[i - 1] === other[j - 1] ? 0 : 1;
      let edits = Math.min((row[j] ?? most) + 1, (next[j - 1] ?? most) + 1, (row[j - 1] ?? most) + same);
      if (one[i - 1] === other[j - 2] && one[i - 2] === other[j - 1])
        edits = Math.min(edits, (before[j - 2] ?? most) + 1);
      next.push(edits);
    }
    before = row;
    row = next;
  }
  return Math.min(most, row[other.length] ?? most);
}
