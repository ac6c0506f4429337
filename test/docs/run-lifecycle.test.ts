import { describe, expect, it } from 'vitest';
import { runCommands, runTransitions } from '../../src/core/run-state.js';
import { proofs } from './lifecycle-rules.js';
import { readPage, readTable } from './tables.js';

/** The numbered rules of the page, by section. */
function rules(): [section: string, rule: string][] {
  let section = '';
  return readPage('docs/run-lifecycle.md')
    .split('\n')
    .flatMap((line): [string, string][] => {
      if (line.startsWith('## ')) section = line.slice(3);
      const rule = /^\d+\. (.*)$/.exec(line)?.[1];
      return rule === undefined ? [] : [[section, rule]];
    });
}

describe('docs/run-lifecycle.md', () => {
  it('has what each command does in each state', () => {
    const table = readTable('docs/run-lifecycle.md', ['State', ...runCommands]);
    expect(table).toEqual(
      Object.entries(runTransitions).map(([state, row]) => [
        state,
        ...runCommands.map((command) => (row[command] === 'refused' ? '–' : row[command])),
      ]),
    );
  });

  it('explains every state', () => {
    const states = readTable('docs/run-lifecycle.md', ['State', 'Meaning']).flatMap(([cell]) =>
      cell?.split(' '),
    );
    expect(states).toEqual(Object.keys(runTransitions));
  });

  it.each(rules())('%s: "%s" is shown by tests that are there', (section, rule) => {
    const shown = Object.entries(proofs[section] ?? {}).filter(([beginning]) => rule.startsWith(beginning));
    expect(shown, 'one line in test/docs/lifecycle-rules.ts').toHaveLength(1);
    const tests = shown.flatMap(([, tests]) => tests);
    expect(tests.length).toBeGreaterThan(0);
    for (const [file, ...names] of tests) {
      const text = readPage(file);
      for (const name of names) expect(text.includes(name), `${file}: ${name}`).toBe(true);
    }
  });

  it('has a rule for everything that is said to be shown', () => {
    const listed = Object.entries(proofs).flatMap(([section, shown]) =>
      Object.keys(shown).map((beginning) => [section, beginning] as const),
    );
    const stale = listed.filter(
      ([section, beginning]) => !rules().some(([of, rule]) => of === section && rule.startsWith(beginning)),
    );
    expect(stale).toEqual([]);
  });
});
