/** The table of a target for Claude Code, checked: a misspelt key must not be passed over. */
import { AppError } from '../../contract/index.js';
import type { LaunchPlan } from '../../core/index.js';

export interface ClaudeOptions {
  model?: string;
  permissionMode?: string;
  /** Flags of the program `claude`, without their dashes; `null` for those without a value. */
  extraArgs: Record<string, string | null>;
}

/** Of version 2.1.330. */
const permissionModes = ['default', 'acceptEdits', 'plan', 'dontAsk', 'auto', 'bypassPermissions'];

/** What Quarterdeck itself sets, or what would lead the program away from it. */
const ownFlags = new Set([
  'allow-dangerously-skip-permissions',
  'await-initialize',
  'bg',
  'continue',
  'dangerously-skip-permissions',
  'fork-session',
  'from-pr',
  'include-partial-messages',
  'input-format',
  'model',
  'no-session-persistence',
  'output-format',
  'permission-mode',
  'permission-prompt-tool',
  'print',
  'remote-control',
  'replay-user-messages',
  'resume',
  'resume-session-at',
  'session-id',
  'settings',
  'worktree',
]);

const bypassWords = ': write yolo = true in the target';
/** What a target says in the place of the flags that people put there. */
const insteadOf: Readonly<Record<string, string>> = {
  'allow-dangerously-skip-permissions': bypassWords,
  'dangerously-skip-permissions': bypassWords,
  model: ': write it as "model"',
  'permission-mode': ': write it as "permission_mode"',
};

/** Throws `target_invalid` that names the target, the key, and what to write. */
export function readLaunchOptions({
  target,
  options,
  model: chosen,
  permissions,
}: LaunchPlan): ClaudeOptions {
  const { model, permission_mode, args = [], ...others } = options;
  const refuse = (problem: string): never => {
    throw new AppError('target_invalid', `The target "${target}" cannot be used: ${problem}.`);
  };
  const [unknown] = Object.keys(others);
  if (unknown !== undefined)
    refuse(`"${unknown}" is not an option of Claude Code; "model", "permission_mode" and "args" are`);
  if (model !== undefined && (typeof model !== 'string' || model === '')) refuse('"model" must be a text');
  if (permission_mode !== undefined && !permissionModes.includes(String(permission_mode)))
    refuse(`"permission_mode" must be one of ${permissionModes.join(', ')}`);
  // Its classifier would decide what the policy is for.
  if (permission_mode === 'auto' && permissions !== undefined)
    refuse(
      '"permission_mode" auto leaves the policy in "permissions" nothing to decide: leave one of them out',
    );
  if (!Array.isArray(args) || !args.every((arg) => typeof arg === 'string'))
    return refuse('"args" must be a list of texts');
  const wanted = chosen ?? model;
  return {
    ...(typeof wanted === 'string' ? { model: wanted } : {}),
    ...(permission_mode === undefined ? {} : { permissionMode: String(permission_mode) }),
    extraArgs: readFlags(args, refuse),
  };
}

/** `--name`, `--name=value`, or `--name` and then a value. */
function readFlags(args: readonly string[], refuse: (problem: string) => never): ClaudeOptions['extraArgs'] {
  const flags: ClaudeOptions['extraArgs'] = {};
  let last: string | undefined;
  for (const arg of args) {
    const [, name, value] = /^--([a-z][a-z0-9-]*)(?:=(.*))?$/s.exec(arg) ?? [];
    if (name !== undefined) {
      if (ownFlags.has(name))
        refuse(`"--${name}" in "args" is for Quarterdeck to set${insteadOf[name] ?? ''}`);
      flags[name] = value ?? null;
      last = value === undefined ? name : undefined;
    } else if (last !== undefined && !arg.startsWith('-')) {
      flags[last] = arg;
      last = undefined;
    } else refuse(`"${arg}" in "args" is not a flag as in "--name" or "--name=value"`);
  }
  return flags;
}
