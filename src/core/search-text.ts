/** What can be searched for, and the words around what was found. The same for every store. */
import type { AgentEvent, SessionEvent } from '../contract/index.js';

/** Words that stand one behind the other; with `prefix` the last one may go on. */
export interface SearchTerm {
  words: string;
  prefix: boolean;
}

export interface Snippet {
  snippet: string;
  /** What was found within the snippet, from and up to these characters. */
  marks: { start: number; end: number }[];
}

const snippetCharsMax = 200;
/** Before the first match. */
const leadChars = 60;
/** What is found further inside of a text is not shown: the snippet is its beginning then. */
const scannedCharsMax = 32 * 1024;
const marksMax = 20;
/** Of scripts whose words stand without spaces between them, or with their endings attached. */
const syllable =
  '[\\p{sc=Han}\\p{sc=Hiragana}\\p{sc=Katakana}\\p{sc=Hangul}\\p{sc=Thai}\\p{sc=Lao}\\p{sc=Khmer}\\p{sc=Myanmar}]';
const oneSyllable = new RegExp(`${syllable}\\p{M}*`, 'gu');
/** Letters, numbers and what is put upon them, as the index takes words; a syllable is a word of its own. */
const word = new RegExp(
  `[${syllable}&&[\\p{L}\\p{N}]]\\p{M}*|[[\\p{L}\\p{N}\\p{M}\\p{Co}]--${syllable}]+`,
  'gv',
);

/** Words, phrases in quotes, and prefixes with `*` behind them. Nothing else has a meaning of its own. */
export function parseSearch(text: string): SearchTerm[] {
  const terms = [...text.matchAll(/"([^"]*)"(\*?)|([^\s"]+)/gu)].map(([, phrase, star, plain = '']) =>
    phrase === undefined
      ? { words: plain.replace(/\*+$/, ''), prefix: plain.endsWith('*') }
      : { words: phrase, prefix: star === '*' },
  );
  return terms.filter(({ words }) => /[\p{L}\p{N}\p{Co}]/u.test(words));
}

/** For an index that takes words by what stands between them. */
export function separateWords(text: string): string {
  return text.replace(oneSyllable, ' $& ');
}

/** Events that words can be found in. */
export const searchableTypes = ['run_queued', 'run_edited', 'message_end'] as const;

export function isSearchable(type: string): boolean {
  return (searchableTypes as readonly string[]).includes(type);
}

/** What of an event can be found; undefined: nothing. Of messages only what the agent says, not what it thinks. */
export function searchableText(event: SessionEvent | AgentEvent): string | undefined {
  if (event.type === 'run_queued' || event.type === 'run_edited') return event.input.content;
  if (event.type !== 'message_end' || event.message.role !== 'assistant') return undefined;
  const { content } = event.message;
  if (typeof content === 'string') return content;
  return content.flatMap((block) => (block.type === 'text' ? [block.text] : [])).join('\n');
}

/** The part of the text around the first match. */
export function snippetOf(text: string, terms: readonly SearchTerm[]): Snippet {
  const wanted = terms.map(({ words, prefix }) => ({
    words: [...words.matchAll(word)].map(([found]) => fold(found)),
    prefix,
  }));
  const found = [...text.slice(0, scannedCharsMax).matchAll(word)].map((match) => ({
    start: match.index,
    end: match.index + match[0].length,
    folded: fold(match[0]),
  }));
  const matches = found.flatMap((_, at) => {
    const term = wanted.find((one) => stands(one, found, at));
    const last = term === undefined ? undefined : found[at + term.words.length - 1];
    return last === undefined ? [] : [{ start: found[at]?.start ?? 0, end: last.end }];
  });
  const first = matches[0]?.start ?? 0;
  // Never from the middle of a word.
  const from =
    first <= leadChars ? 0 : (found.find(({ start }) => start >= first - leadChars)?.start ?? first);
  const cut = from + snippetCharsMax;
  const to =
    cut >= text.length
      ? text.length
      : (found.findLast(({ end, start }) => end <= cut && start > from)?.end ?? cut);
  const marks = matches
    .filter(({ end }) => end <= to)
    .slice(0, marksMax)
    .map(({ start, end }) => ({ start: start - from, end: end - from }));
  return { snippet: text.slice(from, to), marks };
}

function stands(
  { words, prefix }: { words: readonly string[]; prefix: boolean },
  found: readonly { folded: string }[],
  at: number,
): boolean {
  return words.every((wanted, index) => {
    const here = found[at + index]?.folded;
    if (here === undefined) return false;
    return prefix && index === words.length - 1 ? here.startsWith(wanted) : here === wanted;
  });
}

/** Upper and lower case, and letters with and without what is put upon them, are alike. */
function fold(text: string): string {
  return text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();
}
