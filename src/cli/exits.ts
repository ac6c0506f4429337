/** The exit code is the outcome. */
import type { RunStatus } from '../client/index.js';

export const exits = {
  completed: 0,
  failed: 1,
  usage: 2,
  cancelled: 3,
  /** Somebody has to do something: a permission is asked for, or the run is parked. */
  needsSomebody: 4,
  timedOut: 124,
  /** The watcher left with Ctrl-C, and the run goes on: what shells say of SIGINT. */
  left: 130,
} as const;

/** Of a run that is not expected to change by itself; undefined for one that goes on. */
export function exitOf(status: RunStatus): number | undefined {
  switch (status) {
    case 'completed':
      return exits.completed;
    case 'failed':
      return exits.failed;
    case 'cancelled':
      return exits.cancelled;
    case 'awaiting_permission':
    case 'parked':
      return exits.needsSomebody;
    default:
      return undefined;
  }
}

/** The command cannot be understood as it was typed: exit code 2. */
export class UsageError extends Error {}

/** The command was understood and refused by us: exit code 1. */
export class Refusal extends Error {}
