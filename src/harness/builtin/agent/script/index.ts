/**
 * The scripted mode: the instrument of tests and measurements. A prompt that is a JSON object with a `script`, or the
 * target's option `script`, is run step by step instead of being answered.
 */
import type { ProgramAccess } from '../program-access.js';
import type { Turn } from '../turn.js';
import { Place } from './fields.js';
import { parseSteps } from './parse.js';
import { ScriptRun } from './run.js';

/** The script in a prompt, or undefined when it is an ordinary prompt. */
export function findScript(prompt: string): unknown {
  if (!prompt.trimStart().startsWith('{')) return undefined;
  try {
    const value: unknown = JSON.parse(prompt);
    return typeof value === 'object' && value !== null && 'script' in value ? value.script : undefined;
  } catch {
    return undefined;
  }
}

/** Throws TurnFailed before the first step when any step is wrong. */
export async function runScript(script: unknown, turn: Turn, program: ProgramAccess): Promise<void> {
  const steps = parseSteps(script, new Place('script'));
  await new ScriptRun(turn, program).runAll(steps);
}
