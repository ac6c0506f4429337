import { aborted } from './deadline.js';
import { boundValue } from './event-bounds.js';
import type { CoreOptions } from './options.js';
import type { Clock } from './ports/clock.js';
import type { PermissionAnswer, PermissionAsk } from './ports/harness.js';
import type { PermissionStore, RunClaim } from './ports/store.js';
import type { Wakeup } from './ports/wakeup.js';

export interface PermissionParts {
  store: PermissionStore;
  wakeup: Wakeup;
  clock: Clock;
  options: Pick<CoreOptions, 'eventBytesMax' | 'sweepMs'>;
}

/**
 * Writes the request and waits for the first answer, whoever gives it, as long as it takes; `deny` when `signal`
 * aborts. Throws what the store throws.
 */
export async function awaitPermission(
  { store, wakeup, clock, options }: PermissionParts,
  claim: RunClaim,
  ask: PermissionAsk,
  signal: AbortSignal,
): Promise<PermissionAnswer> {
  const requestId = clock.newId('prm');
  const { toolUseId, toolName } = ask;
  const toolInput = boundValue(ask.toolInput, options.eventBytesMax);
  let wake: () => void = () => undefined;
  const unsubscribe = wakeup.subscribe(`permission:${requestId}`, () => wake());
  try {
    const request = { requestId, toolUseId, toolName, toolInput, at: clock.now() };
    const { decided } = await store.requestPermission(claim, request);
    if (decided !== undefined) return { decision: decided };
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
      await Promise.race([woken, aborted(signal)]);
      cancelTimer();
    }
    return { decision: 'deny', message: 'the run was cancelled' };
  } finally {
    unsubscribe();
  }
}
