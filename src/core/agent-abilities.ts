/** What a run may ask of the agent of its session. */
import { AppError, type HarnessName } from '../contract/index.js';
import type { Harness, PermissionPolicy } from './ports/harness.js';

export type AgentsByName = ReadonlyMap<HarnessName, Pick<Harness, 'capabilities'>>;

interface Wanted {
  attachments?: readonly unknown[] | undefined;
  permissions?: Pick<PermissionPolicy, 'mode'> | undefined;
  model?: string | undefined;
}

/** Throws `unsupported` that names who can. */
export function refuseWhatAgentCannot(
  { attachments = [], permissions, model }: Wanted,
  harness: HarnessName,
  harnesses: AgentsByName,
): void {
  const refuseUnless = (key: 'images' | 'permissions' | 'models', words: string) => {
    if (harnesses.get(harness)?.capabilities[key] === true) return;
    const able = [...harnesses].filter(([, { capabilities }]) => capabilities[key]).map(([name]) => name);
    throw new AppError(
      'unsupported',
      `The agent "${harness}" ${words}. Agents of this server that do: ${able.join(', ') || 'none'}.`,
    );
  };
  if (attachments.length > 0) refuseUnless('images', 'takes no images');
  if (permissions !== undefined && permissions.mode !== 'bypass')
    refuseUnless('permissions', 'asks nobody before it uses a tool');
  if (model !== undefined) refuseUnless('models', 'takes no model of a run');
}
