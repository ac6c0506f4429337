/**
 * The states of a run and what each command does in each of them: one table without empty cells, one pure function.
 *
 *   queued → injecting → running ⇄ awaiting_permission → completed | failed | cancelled
 *   injecting | running | awaiting_permission → parked → queued | cancelled
 *   queued → steering → completed (in the turn of another run) | queued (missed it)
 *
 * `refused`: the command makes no sense in this state, and whoever sent it works on an old picture.
 * `ignored`: it changes nothing and is no mistake, because commands may race (a cancel may meet a finished run).
 */
import type { RunStatus } from '../contract/index.js';

export const runCommands = [
  'claim',
  'steer',
  'requeue',
  'start',
  'ask_permission',
  'settle_permissions',
  'complete',
  'fail',
  'cancel',
  'park',
  'unpark',
] as const;
export type RunCommand = (typeof runCommands)[number];

export type Transition = RunStatus | 'refused' | 'ignored';

const onceEnded: Record<RunCommand, Transition> = {
  claim: 'refused',
  steer: 'refused',
  requeue: 'refused',
  start: 'refused',
  ask_permission: 'refused',
  settle_permissions: 'ignored',
  complete: 'refused',
  fail: 'refused',
  cancel: 'ignored',
  park: 'refused',
  unpark: 'refused',
};

export const runTransitions: Record<RunStatus, Record<RunCommand, Transition>> = {
  queued: {
    ...onceEnded,
    claim: 'injecting',
    steer: 'steering',
    cancel: 'cancelled',
  },
  steering: {
    ...onceEnded,
    requeue: 'queued',
    complete: 'completed',
    fail: 'failed',
    cancel: 'cancelled',
  },
  injecting: {
    ...onceEnded,
    requeue: 'queued',
    start: 'running',
    complete: 'completed',
    fail: 'failed',
    cancel: 'cancelled',
    park: 'parked',
  },
  running: {
    ...onceEnded,
    requeue: 'queued',
    start: 'ignored',
    ask_permission: 'awaiting_permission',
    complete: 'completed',
    fail: 'failed',
    cancel: 'cancelled',
    park: 'parked',
  },
  awaiting_permission: {
    ...onceEnded,
    requeue: 'queued',
    start: 'ignored',
    ask_permission: 'awaiting_permission',
    settle_permissions: 'running',
    complete: 'completed',
    fail: 'failed',
    cancel: 'cancelled',
    park: 'parked',
  },
  parked: {
    ...onceEnded,
    unpark: 'queued',
    cancel: 'cancelled',
  },
  completed: onceEnded,
  failed: onceEnded,
  cancelled: onceEnded,
};

export function nextRunStatus(status: RunStatus, command: RunCommand): Transition {
  return runTransitions[status][command];
}

/** Being driven by a worker. */
export function isActive(status: RunStatus): boolean {
  return status === 'injecting' || status === 'running' || status === 'awaiting_permission';
}

export function isTerminal(status: RunStatus): boolean {
  return status === 'completed' || status === 'failed' || status === 'cancelled';
}
