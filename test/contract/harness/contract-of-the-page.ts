/** What `docs/agents.md` says of an agent is what its suite has seen it do. */
import { expect, it } from 'vitest';
import { harnessCapabilities } from '../../../src/contract/index.js';
import { type MatrixColumn, readMatrixColumn } from '../../docs/capability-matrix.js';
import type { Shown } from './stage.js';
import type { HarnessSubject } from './subject.js';

const nothing: MatrixColumn = Object.fromEntries(
  harnessCapabilities.keyof().options.map((name) => [name, name === 'fork' ? 'none' : false]),
);

/** @param shown By the scenarios that ran before, the strongest of a capability last. */
export function describePage({ name }: HarnessSubject, shown: readonly Shown[]): void {
  it('has shown all that docs/agents.md says it can do, and nothing that the page denies', () => {
    expect({ ...nothing, ...Object.fromEntries(shown) }).toEqual(readMatrixColumn(name));
  });
}
