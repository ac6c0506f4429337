/**
 * The end of a turn, by itself or by steps: interrupt → grace → the conversation is terminated, by signals where
 * needed → nothing that its tools started is left.
 */
import { aborted, withDeadline } from './deadline.js';
import type { CoreOptions } from './options.js';
import type { Clock } from './ports/clock.js';
import type { Conversation, TurnResult } from './ports/harness.js';

export interface TurnEnding {
  result: TurnResult;
  /** The agent did not obey and its conversation is over. */
  abandoned: boolean;
  /** Why processes may be left; force was not enough. */
  leftBehind?: unknown;
}

/** `signal` is the one that the turn was given; once it aborts, the turn has `cancelGraceMs` to end. Never rejects. */
export async function endTurn(
  clock: Clock,
  options: Pick<CoreOptions, 'cancelGraceMs' | 'killTimeoutMs'>,
  turn: Promise<TurnResult>,
  conversation: Conversation,
  signal: AbortSignal,
): Promise<TurnEnding> {
  const givenUp = aborted(signal).then(() => undefined);
  const first = await Promise.race([turn, givenUp]);
  // A turn that obeyed at once may have left something running all the same.
  if (first !== undefined && !signal.aborted) return { result: first, abandoned: false };

  const within = <T>(work: Promise<T>, ms: number) =>
    withDeadline(clock, work, ms, 'agent_unresponsive', `The agent did not obey within ${ms} ms.`);
  try {
    const result = await within(turn, options.cancelGraceMs);
    if (result.outcome !== 'completed') await within(conversation.clearProcesses(), options.killTimeoutMs);
    return { result, abandoned: false };
  } catch {
    const forced = await within(conversation.terminate(), options.killTimeoutMs).then(
      () => ({}),
      (leftBehind: unknown) => ({ leftBehind }),
    );
    // Force has ended the turn as well, and what it had begun is the context that the next run goes on with.
    const { continuation } = await within(turn, options.cancelGraceMs).catch(() => nothingKnown);
    const result: TurnResult = {
      outcome: 'interrupted',
      ...(continuation === undefined ? {} : { continuation }),
    };
    return { result, abandoned: true, ...forced };
  }
}

const nothingKnown: Pick<TurnResult, 'continuation'> = {};
