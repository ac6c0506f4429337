import { describe, expect, it } from 'vitest';
import { parseSearch, snippetOf } from './search-text.js';

/** The snippet with its marks drawn in. */
function drawn(text: string, q: string): string {
  const { snippet, marks } = snippetOf(text, parseSearch(q));
  return [...marks]
    .reverse()
    .reduce(
      (all, { start, end }) => `${all.slice(0, start)}[${all.slice(start, end)}]${all.slice(end)}`,
      snippet,
    );
}

describe('a search', () => {
  it.each([
    ['two words', ['two', 'words']],
    ['"a phrase" word', ['a phrase', 'word']],
    ['pre* "a phr"*', ['pre*', 'a phr*']],
    ['"open', ['open']],
    ['-- * " ( )', []],
    ['', []],
  ])('%s has its terms', (q, terms) => {
    expect(parseSearch(q).map(({ words, prefix }) => `${words}${prefix ? '*' : ''}`)).toEqual(terms);
  });
});

describe('a snippet', () => {
  it.each([
    ['Sort the apples', 'apples', 'Sort the [apples]'],
    ['Apples, apples and Äpples', 'APPLES äpples', '[Apples], [apples] and [Äpples]'],
    ['applesauce and apples', 'apples', 'applesauce and [apples]'],
    ['applesauce and apples', 'appl*', '[applesauce] and [apples]'],
    ['the red apple, a red pear', '"red pear"', 'the red apple, a [red pear]'],
    ['nothing of it', 'apples', 'nothing of it'],
    ['<b>apples</b> 🍎', 'apples', '<b>[apples]</b> 🍎'],
    ['', 'apples', ''],
    ['你好世界，今天天气很好', '世界', '你好[世界]，今天天气很好'],
    ['日本語のテキストを検索する', '検索 テキスト', '日本語の[テキスト]を[検索]する'],
    ['한국어 문장입니다', '문장', '한국어 [문장]입니다'],
    ['GPT模型 and GPTs', 'gpt', '[GPT]模型 and GPTs'],
  ])('of %j for %j is %j', (text, q, expected) => {
    expect(drawn(text, q)).toBe(expected);
  });

  it('is short, begins and ends with whole words, and holds the first match', () => {
    const words = (count: number) => Array.from({ length: count }, (_, n) => `word${n}`).join(' ');
    const { snippet, marks } = snippetOf(`${words(300)} apples ${words(300)}`, parseSearch('apples'));
    expect(snippet.length).toBeLessThanOrEqual(200);
    expect(snippet).toMatch(/^word\d+ .* apples .* word\d+$/);
    expect(marks.map(({ start, end }) => snippet.slice(start, end))).toEqual(['apples']);
  });

  it('is the beginning of a text whose match is far inside, or that has no words', () => {
    expect(snippetOf(`${'x '.repeat(40_000)}apples`, parseSearch('apples'))).toMatchObject({ marks: [] });
    expect(snippetOf('-'.repeat(1000), parseSearch('apples')).snippet).toBe('-'.repeat(200));
  });
});
