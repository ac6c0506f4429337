/**
 * Where things stand in a JSON text: the first error of syntax, else the place of each value. `JSON.parse` says neither
 * in a form that is the same from one version of Node to the next, and its words repeat parts of the text.
 */
import { bounds } from './bounds.js';

export interface JsonScan {
  problem?: { offset: number; words: string };
  /** Offset by the keys that lead to a value, joined by NUL. */
  offsets: Map<string, number>;
}

const space = /[ \t\r\n]*/y;
// biome-ignore lint/suspicious/noControlCharactersInRegex: JSON forbids exactly these in a text.
const text = /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y;
const scalar = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/y;

class JsonProblem extends Error {
  constructor(
    readonly offset: number,
    words: string,
  ) {
    super(words);
  }
}

export function scanJson(source: string): JsonScan {
  const scanner = new Scanner(source);
  try {
    scanner.whole();
  } catch (error) {
    if (!(error instanceof JsonProblem)) throw error;
    return { problem: { offset: error.offset, words: error.message }, offsets: scanner.offsets };
  }
  return { offsets: scanner.offsets };
}

class Scanner {
  readonly offsets = new Map<string, number>();
  private at = 0;

  constructor(private readonly source: string) {}

  whole(): void {
    this.value([]);
    if (this.at < this.source.length) this.fail('nothing may follow the value: remove what stands here');
  }

  private value(keys: string[]): void {
    this.take(space);
    this.offsets.set(keys.join('\0'), this.at);
    if (keys.length > bounds.jsonDepthMax) this.fail(`there are more than ${bounds.jsonDepthMax} levels`);
    if (this.takeSign('{')) this.members(keys);
    else if (this.takeSign('[')) this.items(keys);
    else if (this.take(text) === undefined && this.take(scalar) === undefined) {
      this.fail('a value is missing: write text in double quotes, a number, true, false, null, {…} or […]');
    }
    this.take(space);
  }

  private members(keys: string[]): void {
    this.take(space);
    if (this.takeSign('}')) return;
    do {
      this.take(space);
      const name = this.take(text);
      if (name === undefined) this.fail('a key in double quotes is missing');
      this.take(space);
      if (!this.takeSign(':')) this.fail('":" is missing behind the key');
      this.value([...keys, JSON.parse(name) as string]);
    } while (this.takeSign(','));
    if (!this.takeSign('}')) this.fail('"," or "}" is missing');
  }

  private items(keys: string[]): void {
    this.take(space);
    if (this.takeSign(']')) return;
    let index = 0;
    do {
      this.value([...keys, String(index)]);
      index += 1;
    } while (this.takeSign(','));
    if (!this.takeSign(']')) this.fail('"," or "]" is missing');
  }

  private takeSign(sign: string): boolean {
    if (this.source[this.at] !== sign) return false;
    this.at += 1;
    return true;
  }

  private take(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.at;
    const [found] = pattern.exec(this.source) ?? [];
    this.at += found?.length ?? 0;
    return found;
  }

  private fail(words: string): never {
    throw new JsonProblem(this.at, words);
  }
}
