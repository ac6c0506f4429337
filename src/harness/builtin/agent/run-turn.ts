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
    const script = targetScript ?? findScript(turn.prompt);
    if (script === undefined) await chooseSkill(turn.prompt)(turn);
    else await runScript(script, turn, program);
  });
  const { toolCalls } = turn;
  turn.stream.sendResult({ ...outcome, usage: { turns: Math.max(1, toolCalls), toolCalls } });
}

async function recordTurn(turn: Turn, act: () => Promise<void>): Promise<Outcome> {
  try {
    turn.history.begin(turn.prompt);
    const turnId = turn.newId('turn');
    turn.emit({ type: 'turn_start', turnId });
    reportPrompt(turn);
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

function reportPrompt(turn: Turn): void {
  const messageId = turn.newId('msg');
  const { images = [] } = turn.request;
  const blocks = images.map(({ url, mimeType }) => ({ type: 'media_ref' as const, url, mimeType }));
  const content =
    blocks.length === 0 ? turn.prompt : [{ type: 'text' as const, text: turn.prompt }, ...blocks];
  const message = { role: 'user' as const, content };
  turn.emit({ type: 'message_start', messageId, message });
  turn.emit({ type: 'message_end', messageId, message });
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
