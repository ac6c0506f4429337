/** The rooms of the console: who may import whom, and that all data comes through the client. */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';

const src = resolve(import.meta.dirname, '../../console/src');

/** `main.tsx` starts `app`; a screen is one folder below `screens` and knows no other screen. `reference` is a page apart. */
const arrows: Record<string, readonly string[]> = {
  parts: [],
  data: [],
  app: ['data', 'parts', 'screens'],
  screens: ['data', 'parts', 'app'],
  reference: ['data'],
};

interface ConsoleFile {
  path: string;
  text: string;
  imports: string[];
}

const files: ConsoleFile[] = readdirSync(src, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile() && /(?<!\.test)\.tsx?$/.test(entry.name))
  .map((entry) => {
    const file = join(entry.parentPath, entry.name);
    const text = readFileSync(file, 'utf8');
    const found = text.matchAll(/(?:from|import)\s*\(?\s*'([^']+)'/g);
    const imports = [...found].map(([, specifier = '']) =>
      specifier.startsWith('.') ? relative(src, resolve(dirname(file), specifier)) : specifier,
    );
    return { path: relative(src, file), text, imports };
  });

function roomOf(path: string): string {
  return path.split('/')[0] ?? path;
}

function screenOf(path: string): string | undefined {
  return roomOf(path) === 'screens' ? path.split('/')[1] : undefined;
}

function isOwn(specifier: string): boolean {
  return roomOf(specifier) in arrows;
}

describe('the console', () => {
  it('imports between its rooms only what the table allows', () => {
    const wrong = files.flatMap(({ path, imports }) =>
      imports
        .filter((target) => isOwn(target) && path !== 'main.tsx')
        .filter(
          (target) => roomOf(target) !== roomOf(path) && !arrows[roomOf(path)]?.includes(roomOf(target)),
        )
        .map((target) => `${path} → ${target}`),
    );
    expect(wrong).toEqual([]);
  });

  it('has screens that know no other screen', () => {
    const wrong = files.flatMap(({ path, imports }) =>
      imports
        .filter((target) => screenOf(path) !== undefined && screenOf(target) !== undefined)
        .filter((target) => screenOf(target) !== screenOf(path))
        .map((target) => `${path} → ${target}`),
    );
    expect(wrong).toEqual([]);
  });

  it('takes nothing of the product but the client, and asks the server through it alone', () => {
    const outside = files.flatMap(({ path, imports }) =>
      imports.filter((target) => target.startsWith('..')).map((target) => `${path} → ${target}`),
    );
    expect(outside).toEqual([]);
    const asking = files.filter(({ text }) =>
      /\b(?:fetch\(|EventSource|XMLHttpRequest|WebSocket)/.test(text),
    );
    expect(asking.map(({ path }) => path)).toEqual([]);
  });

  it('keeps files below 400 lines', () => {
    const long = files.filter(({ text }) => text.split('\n').length > 400);
    expect(long.map(({ path }) => path)).toEqual([]);
  });
});
