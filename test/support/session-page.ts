/** A session in the browser: a server with a project of scripted targets, and the page of one of its sessions. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type Client, createClient } from '../../src/client/index.js';
import type { OpenBrowser, Page } from './browser.js';
import {
  type ServerOptions,
  type ServerProcess,
  startServerProcess,
  temporaryHome,
} from './server-process.js';

export type Script = readonly Record<string, unknown>[];

export interface SessionWorld {
  server: ServerProcess;
  client: Client;
  projectId: string;
  /** The folder of the project. */
  root: string;
  /** Opens a session on the target of that name. */
  create(target: string, name?: string): Promise<string>;
  /** Queues a prompt on it; the id of its run. */
  send(sessionId: string, prompt: string): Promise<string>;
  /** The same, until it has ended. */
  run(sessionId: string, prompt: string): Promise<string>;
  open(browser: OpenBrowser, sessionId: string, options?: Parameters<OpenBrowser['open']>[1]): Promise<Page>;
  /** Ends the server as a crash does, and starts another one in its place. */
  restart(): Promise<void>;
}

/** `targets` are the built-in agent with a script each; `more` stands below them in the file. */
export async function startSessionWorld(
  targets: Readonly<Record<string, Script>>,
  {
    more = '',
    files = {},
    ...options
  }: ServerOptions & { more?: string; files?: Record<string, string> } = {},
): Promise<SessionWorld> {
  const root = join(temporaryHome(), 'atlas');
  const tables = Object.entries(targets).map(
    ([name, script]) =>
      `[targets.${name}]\nharness = "builtin"\n[targets.${name}.builtin]\nscript = ${inline(script)}\n`,
  );
  const toml = `schema = 1\n\n[targets.plain]\nharness = "builtin"\n\n${tables.join('\n')}\n${more}`;
  for (const [name, text] of Object.entries({ 'asp-targets.toml': toml, ...files })) {
    mkdirSync(dirname(join(root, name)), { recursive: true });
    writeFileSync(join(root, name), text);
  }
  const world = { server: await startServerProcess(options) };
  const client = createClient({ url: world.server.url, token: 'dev' });
  const { projectId } = await client.projects.create({ root, defaultTarget: 'plain' });
  const send = async (sessionId: string, prompt: string) => {
    const session = { policy: 'resume' as const, sessionId };
    return (await client.runs.create({ projectId, prompt, session })).runId;
  };
  return {
    get server() {
      return world.server;
    },
    client,
    projectId,
    root,
    create: async (aspTargetName, name = 'A session') =>
      (await client.sessions.create({ projectId, aspTargetName, name })).sessionId,
    send,
    run: async (sessionId, prompt) => {
      const runId = await send(sessionId, prompt);
      await client.runs.wait(runId);
      return runId;
    },
    open: (browser, sessionId, opening) => browser.open(`${world.server.url}/sessions/${sessionId}`, opening),
    restart: async () => {
      const { home, port } = world.server;
      await world.server.kill('SIGKILL');
      world.server = await startServerProcess({ ...options, home, port });
    },
  };
}

/** As a TOML value. */
function inline(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(inline).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  return `{ ${Object.entries(value)
    .map(([key, field]) => `${key} = ${inline(field)}`)
    .join(', ')} }`;
}
