/**
 * Skills, commands, sub-agents and hooks of a launch as a plugin, which is how Claude Code takes them: a folder for each
 * conversation, which goes when that ends.
 */
import { randomUUID } from 'node:crypto';
import { copyFile, mkdir, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { LaunchBundle, LaunchHook } from '../../core/index.js';

export interface PluginFolder {
  /** Absolute; absent when there is nothing for it to hold. */
  path?: string;
  /** Sentences about what Claude Code cannot take. */
  notices: string[];
  /** Never rejects. */
  remove(): Promise<void>;
}

/** In front of the names of its skills, commands and sub-agents, as in `/spaces:greet`. */
const pluginName = 'spaces';

/** Events of spaces that Claude Code has as well. */
const hookEvents: Readonly<Record<string, string>> = {
  pre_tool_use: 'PreToolUse',
  post_tool_use: 'PostToolUse',
  post_tool_use_failure: 'PostToolUseFailure',
  notification: 'Notification',
  user_prompt_submit: 'UserPromptSubmit',
  session_start: 'SessionStart',
  session_end: 'SessionEnd',
  stop: 'Stop',
  subagent_start: 'SubagentStart',
  subagent_stop: 'SubagentStop',
  pre_compact: 'PreCompact',
  post_compact: 'PostCompact',
  permission_request: 'PermissionRequest',
};

/** `dataDir` is ours, absolute. Throws what the file system throws. */
export async function makePluginFolder(
  bundle: LaunchBundle | undefined,
  dataDir: string,
): Promise<PluginFolder> {
  const { skills = [], commands = [], agents = [], hooks = [] } = bundle ?? {};
  const known = hooks.filter(({ event }) => eventOf(event) !== undefined);
  const notices = hooks
    .filter(({ event }) => eventOf(event) === undefined)
    .map(({ event, script }) => `The hook ${script} does not run: Claude Code has no event "${event}".`);
  if (skills.length + commands.length + agents.length + known.length === 0)
    return { notices, remove: () => Promise.resolve() };
  const path = join(dataDir, 'claude', randomUUID());
  const remove = () => rm(path, { recursive: true, force: true }).catch(() => undefined);
  try {
    await write(path, '.claude-plugin', 'plugin.json', { name: pluginName, version: '1.0.0' });
    await write(path, 'hooks', 'hooks.json', { hooks: hooksByEvent(known) });
    await mkdir(join(path, 'skills'));
    for (const { name, path: folder } of skills) await symlink(folder, join(path, 'skills', name));
    await copyAll(join(path, 'commands'), commands);
    await copyAll(join(path, 'agents'), agents);
  } catch (error) {
    await remove();
    throw error;
  }
  return { path, notices, remove };
}

async function write(path: string, folder: string, name: string, content: object): Promise<void> {
  await mkdir(join(path, folder), { recursive: true });
  await writeFile(join(path, folder, name), JSON.stringify(content));
}

/** Claude Code follows links to folders, and passes over links to files. */
async function copyAll(folder: string, files: readonly { name: string; path: string }[]): Promise<void> {
  await mkdir(folder);
  for (const { name, path } of files) await copyFile(path, join(folder, `${name}.md`));
}

function eventOf(event: string): string | undefined {
  return Object.hasOwn(hookEvents, event) ? hookEvents[event] : undefined;
}

function hooksByEvent(hooks: readonly LaunchHook[]): Record<string, unknown[]> {
  const byEvent: Record<string, unknown[]> = {};
  for (const hook of hooks) {
    const { event, tools, matcher, blocking, timeoutS } = hook;
    const name = eventOf(event) ?? event;
    const only = tools === undefined ? matcher : tools.join('|');
    const list = byEvent[name] ?? [];
    byEvent[name] = list;
    list.push({
      ...(only === undefined ? {} : { matcher: only }),
      hooks: [
        {
          type: 'command',
          command: commandOf(hook),
          ...(blocking ? {} : { async: true }),
          ...(timeoutS === undefined ? {} : { timeout: timeoutS }),
        },
      ],
    });
  }
  return byEvent;
}

/** Claude Code gives it to a shell, which knows our plugin by the variable that scripts find their space with. */
function commandOf({ script, isShellLine, folder }: LaunchHook): string {
  return `export CLAUDE_PLUGIN_ROOT=${quoted(folder)}; ${isShellLine === true ? script : quoted(script)}`;
}

function quoted(path: string): string {
  return `'${path.replaceAll("'", String.raw`'\''`)}'`;
}
