/** Whether Claude Code is there, without starting it. */
import { access } from 'node:fs/promises';
import { join } from 'node:path';
import type { AgentProgram } from '../../contract/index.js';
import type { HarnessParts } from '../process/index.js';
import { findProgram, findSdk, installCommand, loginRemedy, problemOf } from './sdk.js';

const name = 'Claude Code';

export async function inspectProgram({ agentsDir, baseEnv }: HarnessParts): Promise<AgentProgram> {
  const command = installCommand(agentsDir);
  const login = await findLogin(baseEnv);
  const found = await findSdk({ agentsDir });
  if (found === undefined)
    return {
      name,
      found: false,
      login,
      problem: `It is not installed. Run: ${command}`,
      installCommand: command,
    };
  const { folder: path, version } = found;
  const remedy = loginRemedy((await findProgram(found)) ?? 'claude');
  const missing = login === 'missing' ? `Nobody is logged in. ${remedy}` : undefined;
  const problem = problemOf(found, agentsDir) ?? missing;
  return {
    name,
    found: true,
    path,
    version,
    login,
    ...(problem === undefined ? {} : { problem }),
    installCommand: command,
  };
}

/** A login of a target's own, in its `env`, is not seen here. */
async function findLogin({
  CLAUDE_CONFIG_DIR,
  HOME,
}: HarnessParts['baseEnv']): Promise<AgentProgram['login']> {
  const folder = CLAUDE_CONFIG_DIR ?? (HOME === undefined ? undefined : join(HOME, '.claude'));
  // On macOS it is in the keychain.
  if (process.platform === 'darwin' || folder === undefined) return 'unknown';
  return access(join(folder, '.credentials.json')).then(
    () => 'present',
    () => 'missing',
  );
}
