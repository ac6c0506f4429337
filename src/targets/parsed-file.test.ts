import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { readFrontMatter } from './front-matter.js';
import { keyPlaces, locateKey } from './locate-key.js';
import { parseJson, parseToml } from './parsed-file.js';
import { scanJson } from './scan-json.js';

describe('the place of a key in TOML', () => {
  const text = [
    'schema = 1 # [not.a.table]',
    '[targets.a]',
    'text = """',
    '[targets.b]',
    'x = 1',
    '"""',
    '  [ targets."b c" ]  # a comment',
    '  inner.key = 1',
    "  'quoted.key' = 2",
    '[[hook]]',
    'event = 1',
    '[[hook]]',
    'event = 2',
    '[hook.more]',
    'x = 3',
  ].join('\n');

  it.each([
    [['schema'], 1, 1],
    [['targets', 'a', 'text'], 3, 1],
    [['targets', 'a', 'gone'], 2, 1],
    [['targets', 'b c', 'inner', 'key'], 8, 3],
    [['targets', 'b c', 'quoted.key'], 9, 3],
    [['hook', 0, 'event'], 11, 1],
    [['hook', 1, 'event'], 13, 1],
    [['hook', 1, 'more', 'x'], 15, 1],
    [['targets'], 2, 1],
    [['gone'], 1, 1],
    [[], 1, 1],
  ])('%j is line %i, column %i', (keys, line, column) => {
    expect(locateKey(keyPlaces(text), keys)).toMatchObject({ line, column });
  });
});

describe('a JSON file', () => {
  it.each([
    ['', '1:1', 'a value is missing'],
    ['{', '1:2', 'a key in double quotes'],
    ['{"a": 1', '1:8', '"," or "}" is missing'],
    ['{"a": 1,}', '1:9', 'a key in double quotes'],
    ['{\n  "a" 1\n}', '2:7', '":" is missing'],
    ['{\n  "a": [1, 2\n}', '3:1', '"," or "]" is missing'],
    ['{"a": x}', '1:7', 'a value is missing'],
    ['{"a": "x\ny"}', '1:7', 'a value is missing'],
    ['{"a": \'x\'}', '1:7', 'a value is missing'],
    ['{} // done', '1:4', 'nothing may follow'],
    ['['.repeat(200), '1:32', 'more than 30 levels'],
  ])('%j is refused at %s', (text, place, words) => {
    expect(() => parseJson(text, '/p/x.json')).toThrow(
      expect.objectContaining({
        message: expect.stringContaining(`/p/x.json:${place}: is not valid JSON: `),
      }),
    );
    expect(scanJson(text).problem?.words).toContain(words);
  });

  it.each(['{}', ' [1, -2.5e+3, "\\u00e4\\"", true, null, {"a": {}}]\n', '"x"', '0'])(
    '%j is taken',
    (text) => {
      expect(parseJson(text, '/p/x.json').value).toEqual(JSON.parse(text));
    },
  );

  it('has a place for every value', () => {
    const file = parseJson('{\n  "a": {\n    "b": [1, 2] } }', '/p/x.json');
    expect(file.placeOf(['a', 'b', 1])).toBe('/p/x.json:3:14');
    expect(file.placeOf(['a', 'gone', 'x'])).toBe('/p/x.json:2:8');
  });

  it('that is one long text is read in good time', () => {
    const text = JSON.stringify('x'.repeat(1024 * 1024));
    expect(scanJson(text).problem).toBeUndefined();
    expect(scanJson(text.slice(0, -1)).problem?.offset).toBe(0);
  });
});

describe('a file that is made to be slow', () => {
  // What took four times as long for twice as much would need minutes for this: the bound of the test ends it.
  const much = 512 * 1024;
  it.each([
    ['spaces in a header', () => keyPlaces(`[a${' '.repeat(much)}`)],
    ['a long key', () => keyPlaces('a'.repeat(much))],
    ['many parts of a key', () => keyPlaces('a.'.repeat(much))],
    [
      'spaces in front matter',
      () => expect(() => readFrontMatter(`---\nx${' '.repeat(much)}x\n---`, 'x')).toThrow(),
    ],
    ['quotes in front matter', () => readFrontMatter(`---\nx: ${'" '.repeat(much)}x\n---`, 'x')],
    ['comments in front matter', () => readFrontMatter(`---\nx: ${' #'.repeat(much)}\n---`, 'x')],
  ])('by %s is read in good time', (_, read) => {
    expect(read).not.toThrow();
  });
});

describe('a broken TOML file', () => {
  it('is refused without a word of what stands in it, in the log as well', () => {
    let refusal: unknown;
    try {
      parseToml('token = "s3cret\n', '/p/x.toml');
    } catch (error) {
      refusal = error;
    }
    expect(refusal).toMatchObject({
      code: 'target_invalid',
      message: expect.stringMatching(/^\/p\/x\.toml:1:16: /),
    });
    expect(inspect(refusal)).not.toContain('s3cret');
  });
});

describe('the front matter of a Markdown file', () => {
  const read = (text: string) => readFrontMatter(text, '/p/x.md');

  it.each([
    ['# Title\n---\nname: x\n---', {}],
    ['---\n---\n', {}],
    ['---\r\nname: x\r\ndescription: y\r\n---\r\n', { name: 'x', description: 'y' }],
    ['---\nname: "a: b" # c\ndescription: \'d\'\n---', { name: 'a: b', description: 'd' }],
    ['---\ndescription: use it for: this # not that\n---', { description: 'use it for: this' }],
    ['---\ndescription: >-\n  one\n  two\nname: x\n---', { name: 'x', description: 'one two' }],
    ['---\ndescription: |\n  one\n\n  two\n---', { description: 'one\n\ntwo' }],
    ['---\ndescription: one\n  two\n---', { description: 'one two' }],
    [
      '---\n# comment\n\ntools:\n- Bash\n- Read\nlist: [\n  a,\n]\nmeta:\n  name: not it\nname: x\n...\n',
      { name: 'x' },
    ],
    ['---\nallowed-tools: Bash(git:*)\nname: x\n---', { name: 'x' }],
  ])('%j says %j', (text, meaning) => expect(read(text)).toEqual(meaning));

  it.each([
    ['---\nname: x\n', '1:1', 'has no end'],
    ['---\nname: x\nno colon here\n---', '3:1', 'key: value'],
    ['---\nname: "x\n---', '2:7', 'quote'],
    ['---\nname:\n  \tx\n---', '3:3', 'tab'],
  ])('%j is refused at %s', (text, place, words) => {
    expect(() => read(text)).toThrow(
      expect.objectContaining({
        code: 'target_invalid',
        message: expect.stringMatching(`^/p/x.md:${place}: .*${words}`),
      }),
    );
  });
});
