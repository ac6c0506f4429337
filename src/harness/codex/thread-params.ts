/**
 * What a launch comes to for a thread of Codex. All of it travels in the protocol, so that the user's own `CODEX_HOME`,
 * with its login and settings, stays the one that is used and nothing in it is changed.
 */
import type { LaunchBundle, LaunchPlan, McpServer, PermissionPolicy } from '../../core/index.js';
import { type Fields, markVariable } from '../process/index.js';
import { noticesOfLeftOut } from '../report/index.js';
import type { CodexOptions } from './launch-options.js';

export interface ThreadParams {
  params: Fields;
  /** What of the launch Codex cannot be given. */
  notices: readonly string[];
}

/** By which processes are found that Codex starts. */
export interface Marks {
  /** In the environment of the shells of this conversation: the process of Codex itself is shared. */
  conversation: string;
  /** Of Codex, for its MCP servers, which run on when a turn is interrupted; it would not pass it on. */
  process: string;
}

/**
 * @param ownInstructions What the user's own settings tell Codex as its developer; ours would replace them.
 */
export function threadParamsOf(
  launch: LaunchPlan,
  options: CodexOptions,
  marks: Marks,
  ownInstructions: string,
): ThreadParams {
  const { bundle, cwd, permissions, primingPrompt = '' } = launch;
  const { servers, notices } = mcpServersFor(bundle, marks.process);
  const added = [bundle?.instructions ?? '', primingPrompt].filter((text) => text.trim() !== '');
  const config: Record<string, unknown> = {
    [`shell_environment_policy.set.${markVariable}`]: marks.conversation,
    ...Object.fromEntries(Object.entries(servers).map(([name, server]) => [`mcp_servers.${name}`, server])),
  };
  if (options.reasoningEffort !== undefined) config.model_reasoning_effort = options.reasoningEffort;
  if (options.reasoningSummary !== undefined) config.model_reasoning_summary = options.reasoningSummary;
  const params = {
    cwd,
    config,
    ...modesOf(permissions, options),
    ...(options.model === undefined ? {} : { model: options.model }),
    ...(added.length === 0
      ? {}
      : { developerInstructions: [ownInstructions, ...added].filter((text) => text !== '').join('\n\n') }),
  };
  return {
    params,
    notices: [...notices, ...noticesOfLeftOut(bundle, 'codex', 'Codex')],
  };
}

export function hasInstructions({ bundle, primingPrompt }: LaunchPlan): boolean {
  return `${bundle?.instructions ?? ''}${primingPrompt ?? ''}`.trim() !== '';
}

/**
 * Without a policy, what the target or else the user's settings say. With `untrusted`, Codex asks before every command,
 * edit and tool of an MCP server, also before those that only read; what a person allows runs in its sandbox still, and
 * to leave that Codex asks again.
 */
export function modesOf(
  policy: PermissionPolicy | undefined,
  { approvalPolicy, sandboxMode }: Pick<CodexOptions, 'approvalPolicy' | 'sandboxMode'>,
): Fields {
  const own = {
    ...(approvalPolicy === undefined ? {} : { approvalPolicy }),
    ...(sandboxMode === undefined ? {} : { sandbox: sandboxMode }),
  };
  if (policy === undefined) return own;
  if (policy.mode === 'bypass' && policy.rules.length === 0)
    return { approvalPolicy: 'never', sandbox: 'danger-full-access', ...own };
  // The policy decides, not a reviewer model that the user's settings may name.
  return { sandbox: 'workspace-write', ...own, approvalPolicy: 'untrusted', approvalsReviewer: 'user' };
}

function mcpServersFor(
  bundle: LaunchBundle | undefined,
  mark: string,
): {
  servers: Record<string, Fields>;
  notices: string[];
} {
  const servers: Record<string, Fields> = {};
  const notices: string[] = [];
  for (const [name, server] of Object.entries(bundle?.mcpServers ?? {})) {
    const refusal = refusalOf(name, server);
    if (refusal === undefined) servers[name] = wordsOf(server, mark);
    else notices.push(`The MCP server "${name}" was left out: ${refusal}.`);
  }
  return { servers, notices };
}

function refusalOf(name: string, { kind }: McpServer): string | undefined {
  if (!/^[\w-]+$/.test(name)) return 'Codex takes letters, digits, "-" and "_" in the name of a server';
  return kind === 'sse' ? 'Codex cannot connect to servers of the kind "sse"' : undefined;
}

function wordsOf(server: McpServer, mark: string): Fields {
  if (server.kind === 'stdio') {
    const { command, args, env } = server;
    return { command, args, env: { ...env, [markVariable]: mark } };
  }
  return { url: server.url, http_headers: server.headers };
}
