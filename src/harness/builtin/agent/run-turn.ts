/** The life of one turn, from its prompt to its outcome. Never rejects: whatever happens becomes the outcome. */
import type { RunError } from '../../../contract/index.js';
import type { ProgramAccess } from './program-access.js';
import { findScript, runScript } from './script/index.js';
import { chooseSkill } from './skills/index.js';
import { Interrupted, type Turn, TurnFailed } from './turn.js';

type Outcome =
  | { outcome: 'completed'; finalOutput: string }
  | { outcome: 'interrupted' }
  | { outcome: 'failed'; error: RunError };

/** `targetScript` runs instead of the prompt. */
export async function runTurn(turn: Turn, targetScript: unknown, program: ProgramAccess): Promise<void> {
  const outcome = await recordTurn(turn, async () => {
    for (let prompt: string | undefined = turn.prompt; prompt !== undefined; prompt = turn.nextSteered()) {
      const script = targetScript ?? findScript(prompt);
      if (script === undefined) await chooseSkill(prompt)(turn);
      else await runScript(script, turn, program);
      turn.endMessage();
    }
  });
  turn.endSteering();
  const { toolCalls } = turn;
  const usage = { turns: Math.max(1, toolCalls), toolCalls };
  turn.stream.sendResult({ ...outcome, checkpoint: String(turn.history.count), usage });
}

async function recordTurn(turn: Turn, act: () => Promise<void>): Promise<Outcome> {
  try {
    turn.history.begin(turn.prompt);
    const turnId = turn.newId('turn');
    turn.emit({ type: 'turn_start', turnId });
    turn.reportPrompt(turn.request.shown ?? turn.prompt, turn.images);
    const outcome = await act().then(
      (): Outcome => ({ outcome: 'completed', finalOutput: turn.finalText }),
      outcomeOf,
    );
    turn.endMessage();
    turn.emit({ type: 'turn_end', turnId });
    turn.history.end(outcome.outcome, turn.finalText);
    return outcome.outcome === 'completed' ? { ...outcome, finalOutput: turn.finalText } : outcome;
  } catch (error) {
    // Only the file of the conversation is touched here: without it there is no context to go on with.
    const { code } = error as NodeJS.ErrnoException;
    return failed(
      'agent_failed',
      `The conversation could not be written to disk (${code ?? 'unknown reason'}).`,
    );
  }
}

function outcomeOf(error: unknown): Outcome {
  if (error instanceof Interrupted) return { outcome: 'interrupted' };
  if (error instanceof TurnFailed) return failed(error.code, error.message, error.resumesAt);
  const words = error instanceof Error ? error.message : String(error);
  return failed('agent_failed', `The built-in agent met an error of its own: ${words}`);
}

function failed(code: string, message: string, resumesAt?: number): Outcome {
  return {
    outcome: 'failed',
    error: { code, message, ...(resumesAt === undefined ? {} : { resumesAt }) },
  };
}
