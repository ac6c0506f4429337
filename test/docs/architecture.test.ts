import { describe, expect, it } from 'vitest';
import { readPage, readTable } from './tables.js';

/** The table of `test/architecture/arrows.test.ts`, read as text: a test file exports nothing. */
function enforcedArrows(): Map<string, string[]> {
  const source = readPage('test/architecture/arrows.test.ts');
  const [, table] = /^const arrows[^=]*= \{\n([\s\S]*?)^\};/m.exec(source) ?? [];
  const rows = (table ?? '').matchAll(/^ {2}'?([\w./-]+)'?: \[([^\]]*)\]/gm);
  return new Map(
    [...rows].map(([, room, targets]) => [
      room as string,
      [...(targets as string).matchAll(/'([^']+)'/g)].map(([, target]) => target as string),
    ]),
  );
}

describe('docs/architecture.md', () => {
  it('has the arrows that the tests enforce', () => {
    const documented = readTable('docs/architecture.md', ['Room', 'May import']).map(([room, targets]) => [
      room,
      targets === 'nothing' ? [] : targets?.split(' '),
    ]);
    expect(enforcedArrows().size).toBeGreaterThan(5);
    expect(documented).toEqual([...enforcedArrows()]);
  });

  it('says each word of the glossary once', () => {
    const words = readTable('docs/architecture.md', ['Word', 'Meaning']).map(([word]) => word);
    expect(new Set(words).size).toBe(words.length);
    expect(words.length).toBeGreaterThanOrEqual(20);
  });
});
