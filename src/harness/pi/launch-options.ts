/** The table of a target for Pi, checked: a misspelt key must not be passed over. */
import { AppError } from '../../contract/index.js';
import type { LaunchPlan } from '../../core/index.js';

const thinkingLevels = ['off', 'minimal', 'low', 'medium', 'high', 'xhigh'] as const;

export interface PiOptions {
  provider?: string;
  /** As Pi names it: `id`, `provider/id`, or a part of either. */
  model?: string;
  thinking?: string;
  /** Added to Pi's command line. */
  args: readonly string[];
}

/** What Quarterdeck itself says on the command line, and what would make Pi something else than an agent to drive. */
const ownFlags = new Set(
  (
    '--mode --session --fork --continue -c --resume -r --no-session --session-dir --print -p --export --list-models ' +
    '--help -h --version -v --model --provider --thinking'
  ).split(' '),
);

/** Throws `target_invalid` that names the target, the key, and what to write. */
export function readLaunchOptions({ target, model: chosen, options }: LaunchPlan): PiOptions {
  const { model, provider, thinking, args = [], ...others } = options;
  const refuse = (problem: string) =>
    new AppError('target_invalid', `The target "${target}" cannot be used: ${problem}.`);
  const [unknown] = Object.keys(others);
  if (unknown !== undefined)
    throw refuse(
      `"${unknown}" is not an option of Pi; "model", "provider", "thinking" and "args" are, in [targets.${target}.pi]`,
    );
  for (const [key, value] of Object.entries({ model, provider }))
    if (value !== undefined && (typeof value !== 'string' || value === ''))
      throw refuse(`"${key}" must be a name`);
  if (thinking !== undefined && !thinkingLevels.some((level) => level === thinking))
    throw refuse(`"thinking" must be one of ${thinkingLevels.join(', ')}`);
  if (!Array.isArray(args) || !args.every((arg) => typeof arg === 'string'))
    throw refuse('"args" must be a list of texts');
  const reserved = args.find((arg: string) => ownFlags.has(arg.split('=', 1)[0] ?? ''));
  if (reserved !== undefined)
    throw refuse(`"args" must not hold "${reserved}": Quarterdeck decides that itself`);
  return { ...textsOf({ provider, model: chosen ?? model, thinking }), args };
}

function textsOf(values: Record<string, unknown>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(values).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  );
}
