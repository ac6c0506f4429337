/** The table of a target for Codex, checked: a misspelt key must not be passed over. */
import { AppError } from '../../contract/index.js';
import type { LaunchPlan } from '../../core/index.js';

export interface CodexOptions {
  model?: string;
  reasoningEffort?: string;
  reasoningSummary?: string;
  approvalPolicy?: string;
  sandboxMode?: string;
  /** Codex looks for plugins on the internet at each start, so they are asked for. */
  plugins: boolean;
}

const approvalPolicies = ['untrusted', 'on-request', 'never'];
const sandboxModes = ['read-only', 'workspace-write', 'danger-full-access'];
const reasoningSummaries = ['auto', 'concise', 'detailed', 'none'];
const known = [
  'model',
  'model_reasoning_effort',
  'model_reasoning_summary',
  'approval_policy',
  'sandbox_mode',
  'plugins',
];

/** Throws `target_invalid` that names the target, the key, and what to write. */
export function readLaunchOptions({ target, options, model }: LaunchPlan): CodexOptions {
  const refused = (problem: string) =>
    new AppError('target_invalid', `The target "${target}" cannot be used: ${problem}.`);
  const unknown = Object.keys(options).find((key) => !known.includes(key));
  if (unknown !== undefined) {
    const names = known.map((key) => `"${key}"`).join(', ');
    throw refused(`"${unknown}" is not an option of Codex; it knows ${names}`);
  }
  const text = (key: string, values?: readonly string[]): string | undefined => {
    const value = options[key];
    if (value === undefined) return undefined;
    const fits = typeof value === 'string' && value !== '' && (values?.includes(value) ?? true);
    const wanted = values === undefined ? 'a text' : `one of "${values.join('", "')}"`;
    if (!fits) throw refused(`"${key}" of Codex must be ${wanted}`);
    return value;
  };
  const { plugins = false } = options;
  if (typeof plugins !== 'boolean') throw refused('"plugins" of Codex must be true or false');
  const read = {
    model: model ?? text('model'),
    reasoningEffort: text('model_reasoning_effort'),
    reasoningSummary: text('model_reasoning_summary', reasoningSummaries),
    approvalPolicy: text('approval_policy', approvalPolicies),
    sandboxMode: text('sandbox_mode', sandboxModes),
  };
  const given = Object.entries(read).filter(([, value]) => value !== undefined);
  return { ...Object.fromEntries(given), plugins };
}
