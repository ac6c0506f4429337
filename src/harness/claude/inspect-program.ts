/** Whether Claude Code is there, without starting it. */
import { access } from 'node:fs/promises';
import { join } from 'node:path';
import type { AgentProgram } from '../../contract/index.js';
import type { HarnessParts } from '../process/index.js';
import { findSdk, installCommand, problemOf } from './sdk.js';

const name = 'Claude Code';

export async function inspectProgram({ agentsDir, baseEnv }: HarnessParts): Promise<AgentProgram> {
  const command = installCommand(agentsDir);
  const login = await findLogin(baseEnv.HOME);
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
  const problem = problemOf(found, agentsDir) ?? (login === 'missing' ? loginMissing : undefined);
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

const loginMissing =
  'Nobody is logged in. Run "claude /login" as the user of this server, or set ANTHROPIC_API_KEY in "env" of a target.';

/** A login of a target's own, in its `env`, is not seen here. */
async function findLogin(home: string | undefined): Promise<AgentProgram['login']> {
  // There it is in the keychain.
  if (process.platform === 'darwin' || home === undefined) return 'unknown';
  return access(join(home, '.claude', '.credentials.json')).then(
    () => 'present',
    () => 'missing',
  );
}
