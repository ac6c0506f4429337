/** From a server to a thread in it that can take a prompt: a new one, a restored one, or a copy. */
import { AppError } from '../../contract/index.js';
import type { OpenRequest } from '../../core/index.js';
import { type Fields, fieldsOf, type Reply, resumeLost, textOf } from '../process/index.js';
import { loginProblem } from './codex-program.js';
import { type CodexServer, resultOf } from './codex-server.js';

/** Tells our continuations from those of other agents, which must never reach this one. */
const continuationPrefix = 'codex:';
const threadIdPattern = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

export interface OpenedThread {
  threadId: string;
  continuation: string;
}

/** Throws AppError `resume_lost`, `login_required`, `harness_failed`. */
export async function openThread(
  server: CodexServer,
  { continuation, fork }: Pick<OpenRequest, 'continuation' | 'fork'>,
  params: Fields,
): Promise<OpenedThread> {
  const result =
    continuation === undefined
      ? resultOf(await server.link.request('thread/start', params), 'to begin a conversation')
      : await restore(server, threadIdOf(continuation), fork, params);
  const threadId = textOf(fieldsOf(result.thread).id);
  if (threadId === undefined)
    throw new AppError('harness_failed', 'Codex began a conversation without an id.');
  if (result.modelProvider === 'openai') await requireLogin(server);
  return { threadId, continuation: `${continuationPrefix}${threadId}` };
}

/** What the user's own settings tell Codex as its developer; empty when they say nothing. */
export async function readOwnInstructions(server: CodexServer, cwd: string): Promise<string> {
  const { config } = resultOf(await server.link.request('config/read', { cwd }), 'its settings');
  return textOf(fieldsOf(config).developer_instructions) ?? '';
}

async function restore(
  server: CodexServer,
  threadId: string,
  fork: OpenRequest['fork'],
  params: Fields,
): Promise<Fields> {
  const wanted = { ...params, threadId, excludeTurns: true };
  const reply =
    fork === undefined
      ? await server.link.request('thread/resume', wanted)
      : await server.link.request('thread/fork', { ...wanted, ...pointOf(fork) });
  return resultOf(refusedAsLost(reply), 'to restore a conversation');
}

function pointOf({ checkpoint }: { checkpoint?: string }): Fields {
  return checkpoint === undefined ? {} : { lastTurnId: checkpoint };
}

/** Codex has one code for all refusals; any of them means that this conversation is not to be had. */
function refusedAsLost(reply: Reply): Reply {
  if ('refusal' in reply) throw resumeLost(`Codex says: ${reply.refusal.message}`);
  return reply;
}

function threadIdOf(continuation: string): string {
  const threadId = continuation.slice(continuationPrefix.length);
  if (!continuation.startsWith(continuationPrefix) || !threadIdPattern.test(threadId))
    throw resumeLost('it is not a conversation of Codex');
  return threadId;
}

/** Without it Codex would find out only after many tries of the first prompt. */
async function requireLogin(server: CodexServer): Promise<void> {
  const { account } = resultOf(await server.link.request('account/read', {}), 'to name its login');
  if (account === null || account === undefined)
    throw new AppError('login_required', loginProblem(server.program));
}
