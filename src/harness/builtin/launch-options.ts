/** The table of a target for the built-in agent, checked: a misspelt key must not be passed over. */
import { AppError } from '../../contract/index.js';
import type { LaunchPlan } from '../../core/index.js';
import { toolNames } from './agent/tools/index.js';

export interface BuiltinOptions {
  /** Runs instead of every prompt of this target; its steps are checked when it runs. */
  script?: unknown[];
  /** Names of the tools that ask for permission before they are used. */
  askBefore: string[];
}

/** Throws `target_invalid` that names the target and the key. */
export function readLaunchOptions({ target, options, permissions }: LaunchPlan): BuiltinOptions {
  const { script, askBefore = [], ...others } = options;
  const [unknown] = Object.keys(others);
  if (unknown !== undefined) throw refused(target, `"${unknown}" is not an option of the built-in agent`);
  if (script !== undefined && !Array.isArray(script))
    throw refused(target, '"script" must be a list of steps');
  if (!isTextList(askBefore)) throw refused(target, '"askBefore" must be a list of tool names');
  // Under a policy every use of a tool is put to it; what it allows goes on without a person.
  const asking = permissions === undefined ? askBefore : [...toolNames];
  return { askBefore: asking, ...(script === undefined ? {} : { script }) };
}

function isTextList(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'string');
}

function refused(target: string, problem: string): AppError {
  return new AppError('target_invalid', `The target "${target}" cannot be used: ${problem}.`);
}
