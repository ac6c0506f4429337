/** The table of a target for an agent that speaks ACP, checked: a misspelt key must not be passed over. */
import { AppError } from '../../contract/index.js';
import type { LaunchPlan } from '../../core/index.js';

export interface AcpOptions {
  command: string;
  args: string[];
  /** One of those that the agent offers. */
  mode?: string;
}

/** Throws `target_invalid` that names the target, the key, and what to write. */
export function readLaunchOptions({ target, options }: LaunchPlan): AcpOptions {
  const { command, args = [], mode, ...others } = options;
  const [unknown] = Object.keys(others);
  if (unknown !== undefined)
    throw refused(target, `"${unknown}" is not an option of an ACP agent; "command", "args" and "mode" are`);
  if (typeof command !== 'string' || command === '') {
    throw refused(
      target,
      `it does not say which program speaks ACP. Set "command" in [targets.${target}.acp], as in command = "opencode", args = ["acp"]`,
    );
  }
  if (!Array.isArray(args) || !args.every((arg) => typeof arg === 'string'))
    throw refused(target, '"args" must be a list of texts');
  if (mode !== undefined && (typeof mode !== 'string' || mode === ''))
    throw refused(target, '"mode" must be the name of a mode of the agent');
  return { command, args, ...(mode === undefined ? {} : { mode }) };
}

export function refused(target: string, problem: string): AppError {
  return new AppError('target_invalid', `The target "${target}" cannot be used: ${problem}.`);
}
