import { describe, expect, it } from 'vitest';
import { type RunStatus, runStatuses } from '../contract/index.js';
import {
  isActive,
  isTerminal,
  nextRunStatus,
  type RunCommand,
  runCommands,
  type Transition,
} from './run-state.js';

const ended: readonly RunStatus[] = ['completed', 'failed', 'cancelled'];

/** Every transition that changes something; whatever is not here is refused or ignored. */
const changes: Record<RunStatus, Partial<Record<RunCommand, RunStatus>>> = {
  queued: { claim: 'injecting', steer: 'steering', cancel: 'cancelled' },
  steering: { requeue: 'queued', complete: 'completed', fail: 'failed', cancel: 'cancelled' },
  injecting: {
    requeue: 'queued',
    start: 'running',
    complete: 'completed',
    fail: 'failed',
    cancel: 'cancelled',
    park: 'parked',
  },
  running: {
    requeue: 'queued',
    ask_permission: 'awaiting_permission',
    complete: 'completed',
    fail: 'failed',
    cancel: 'cancelled',
    park: 'parked',
  },
  awaiting_permission: {
    requeue: 'queued',
    ask_permission: 'awaiting_permission',
    settle_permissions: 'running',
    complete: 'completed',
    fail: 'failed',
    cancel: 'cancelled',
    park: 'parked',
  },
  parked: { unpark: 'queued', cancel: 'cancelled' },
  completed: {},
  failed: {},
  cancelled: {},
};

/** Late, but no mistake: commands may race. */
const ignored: Partial<Record<RunStatus, readonly RunCommand[]>> = {
  queued: ['settle_permissions'],
  steering: ['settle_permissions'],
  injecting: ['settle_permissions'],
  running: ['start', 'settle_permissions'],
  awaiting_permission: ['start'],
  parked: ['settle_permissions'],
  completed: ['cancel', 'settle_permissions'],
  failed: ['cancel', 'settle_permissions'],
  cancelled: ['cancel', 'settle_permissions'],
};

function expected(status: RunStatus, command: RunCommand): Transition {
  return changes[status][command] ?? (ignored[status]?.includes(command) ? 'ignored' : 'refused');
}

const cells = runStatuses.flatMap((status) => runCommands.map((command) => [status, command] as const));

describe('the states of a run', () => {
  it.each(cells)('%s, told to %s, does as stated', (status, command) => {
    expect(nextRunStatus(status, command)).toBe(expected(status, command));
  });

  it.each(ended)('%s is final, whatever comes', (status) => {
    for (const command of runCommands) {
      expect(['refused', 'ignored']).toContain(nextRunStatus(status, command));
    }
  });

  it('every state but the first can be reached from queued, and every end from there', () => {
    const reached = new Set<RunStatus>(['queued']);
    for (const status of reached) {
      for (const command of runCommands) {
        const next = nextRunStatus(status, command);
        if (next !== 'refused' && next !== 'ignored') reached.add(next);
      }
    }
    expect([...reached].sort()).toEqual([...runStatuses].sort());
  });

  it('a state is waiting, active or ended, never two of these', () => {
    const kinds = runStatuses.map((status) => [status, isActive(status), isTerminal(status)]);
    expect(kinds).toEqual([
      ['queued', false, false],
      ['steering', false, false],
      ['injecting', true, false],
      ['running', true, false],
      ['awaiting_permission', true, false],
      ['parked', false, false],
      ['completed', false, true],
      ['failed', false, true],
      ['cancelled', false, true],
    ]);
  });

  it('a cancel is refused in no state', () => {
    for (const status of runStatuses) expect(nextRunStatus(status, 'cancel')).not.toBe('refused');
  });
});
