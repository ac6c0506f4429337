import { isAppError } from '../contract/index.js';
import { boundValue } from './event-bounds.js';
import type { Log } from './log.js';
import type { CoreOptions } from './options.js';
import { judgeAsk } from './permission-policy.js';
import type { Clock } from './ports/clock.js';
import type { LaunchPlan, PermissionAnswer, PermissionAsk, PermissionPolicy } from './ports/harness.js';
import type { PermissionStore, RunClaim } from './ports/store.js';
import type { Wakeup } from './ports/wakeup.js';

export interface PermissionParts {
  store: PermissionStore;
  wakeup: Wakeup;
  clock: Clock;
  log: Log;
  options: Pick<CoreOptions, 'eventBytesMax' | 'sweepMs'>;
}

/**
 * Writes the request and waits for the first answer: of the target's policy, of a rule of the session, of a person as
 * long as it takes, or of the policy when it says what holds while nobody is there. `deny` when `signal` aborts. Throws what the store throws.
 */
export async function awaitPermission(
  { store, wakeup, clock, log, options }: PermissionParts,
  claim: RunClaim,
  ask: PermissionAsk,
  { permissions: policy, cwd }: Pick<LaunchPlan, 'permissions' | 'cwd'>,
  signal: AbortSignal,
): Promise<PermissionAnswer> {
  const requestId = clock.newId('prm');
  const { toolUseId, toolName } = ask;
  const toolInput = boundValue(ask.toolInput, options.eventBytesMax);
  let wake: () => void = () => undefined;
  let cancelUnattended: () => void = () => undefined;
  const onError = (error: unknown) => log.warn('a request could not be decided', { requestId, error });
  const unsubscribe = wakeup.subscribe(`permission:${requestId}`, () => wake());
  const onAbort = () => wake();
  // Once, not in each round: a request may wait for days.
  signal.addEventListener('abort', onAbort);
  try {
    const verdict = judgeAsk(policy, ask, cwd);
    const request = { requestId, toolUseId, toolName, toolInput, verdict, at: clock.now() };
    const { decided } = await store.requestPermission(claim, request);
    if (decided === 'deny') return { decision: 'deny', message: 'the permission policy does not allow it' };
    if (decided !== undefined) return { decision: decided };
    const unattended = policy?.unattended;
    if (unattended !== undefined) {
      cancelUnattended = clock.after(unattended.timeoutMs, () => {
        decideUnattended(store, clock, requestId, unattended).catch(onError);
      });
    }
    while (!signal.aborted) {
      const woken = new Promise<void>((resolve) => {
        wake = resolve;
      });
      const state = await store.findPermission(requestId);
      if (state?.decision !== undefined) {
        return {
          decision: state.decision,
          ...(state.message === undefined ? {} : { message: state.message }),
        };
      }
      // A lost wake-up is made good by looking again.
      const cancelTimer = clock.after(options.sweepMs, wake);
      await woken;
      cancelTimer();
    }
    return { decision: 'deny', message: 'the run was cancelled' };
  } finally {
    cancelUnattended();
    signal.removeEventListener('abort', onAbort);
    unsubscribe();
  }
}

/** Nobody came in time. Somebody who answers in the same moment may still be first. */
async function decideUnattended(
  store: PermissionStore,
  clock: Clock,
  requestId: string,
  { timeoutMs, decision }: NonNullable<PermissionPolicy['unattended']>,
): Promise<void> {
  const message = `nobody answered within ${timeoutMs} ms`;
  try {
    await store.decidePermission(requestId, { decision, source: 'unattended', message, at: clock.now() });
  } catch (error) {
    if (!isAppError(error, 'permission_already_decided')) throw error;
  }
}
