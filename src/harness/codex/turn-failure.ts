/** Why a turn of Codex failed, in our codes. Source: `TurnError` and `CodexErrorInfo` of its protocol. */
import type { RunError } from '../../contract/index.js';
import { type Fields, fieldsOf, textOf } from '../process/index.js';
import { loginProblem } from './codex-program.js';

/** Kinds of failure that are no failure of the model or its provider. */
const ownFailures = new Set(['threadRollbackFailed', 'sandboxError', 'tooManyDenials']);
const wordsCharsMax = 500;

/** Of the server that the turn ran in. */
export interface FailureContext {
  /** The latest that the provider told of its limits. */
  rateLimits: Fields;
  program: string;
}

export function failureOf(error: Fields, { rateLimits, program }: FailureContext): RunError {
  const message = (textOf(error.message) ?? 'Codex gave no reason').slice(0, wordsCharsMax);
  const { kind, httpStatus } = kindOf(error.codexErrorInfo);
  if (kind === 'usageLimitExceeded') {
    const resumesAt = resetOf(rateLimits);
    return { code: 'usage_limit_reached', message, ...(resumesAt === undefined ? {} : { resumesAt }) };
  }
  if (kind === 'unauthorized' || httpStatus === 401)
    return {
      code: 'login_required',
      message: `The model refused the login: ${message}. ${loginProblem(program)}`,
    };
  if (ownFailures.has(kind)) return { code: 'agent_failed', message };
  return { code: 'model_failed', message: `The model failed (${kind}): ${message}` };
}

/** A name, or an object whose one key is the name. */
function kindOf(info: unknown): { kind: string; httpStatus?: unknown } {
  if (typeof info === 'string') return { kind: info };
  const [entry] = Object.entries(fieldsOf(info));
  if (entry === undefined) return { kind: 'other' };
  return { kind: entry[0], httpStatus: fieldsOf(entry[1]).httpStatusCode };
}

/** When the windows that are used up begin anew, in ms; those of Codex are in seconds. */
function resetOf({ primary, secondary }: Fields): number | undefined {
  const windows = [primary, secondary].map(fieldsOf);
  const full = windows.filter(({ usedPercent }) => typeof usedPercent === 'number' && usedPercent >= 100);
  const times = full.flatMap(({ resetsAt }) => (typeof resetsAt === 'number' ? [resetsAt * 1000] : []));
  return times.length === 0 ? undefined : Math.max(...times);
}
