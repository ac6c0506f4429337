import { describe, expect, it } from 'vitest';
import { runCommands, runTransitions } from '../../src/core/run-state.js';
import { readTable } from './tables.js';

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
});
