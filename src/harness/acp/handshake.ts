/** From a process that has just started to a session in it that can take a prompt. */
import { AppError } from '../../contract/index.js';
import type { Reply, RpcLink } from '../process/index.js';
import { type Fields, fieldsOf, textOf } from '../process/index.js';
import { authRequired } from './acp-turn.js';

const protocolVersion = 1;

/** Tells our continuations from those of other agents, which must never reach this one. */
const continuationPrefix = 'acp:';

export interface Greeting {
  agentInfo: Fields;
  agentCapabilities: Fields;
}

export interface SessionWanted {
  command: string;
  agentCapabilities: Fields;
  continuation?: string;
}

export interface OpenedSession {
  agentSessionId: string;
  continuation: string;
}

/** Throws AppError `harness_unavailable`, `harness_failed`. */
export async function greet(link: RpcLink, command: string, version: string): Promise<Greeting> {
  const reply = await link.request('initialize', {
    protocolVersion,
    clientInfo: { name: 'quarterdeck', title: 'Quarterdeck', version },
    // Without these the agent uses files and shells by itself, in its own process tree.
    clientCapabilities: { fs: { readTextFile: false, writeTextFile: false }, terminal: false },
  });
  const result = resultOf(reply, command, 'to be greeted');
  if (result.protocolVersion !== protocolVersion) {
    throw new AppError(
      'harness_unavailable',
      `The agent "${command}" speaks version ${String(result.protocolVersion)} of the Agent Client Protocol; this server speaks ${protocolVersion}. Use a version of the agent that speaks it too.`,
    );
  }
  return {
    agentInfo: fieldsOf(result.agentInfo),
    agentCapabilities: fieldsOf(result.agentCapabilities),
  };
}

/** Throws AppError `resume_lost`, `harness_unavailable`, `harness_failed`. */
export async function openSession(
  link: RpcLink,
  wanted: SessionWanted,
  params: { cwd: string; mcpServers: readonly Fields[] },
): Promise<OpenedSession> {
  const { command, continuation } = wanted;
  if (continuation !== undefined) {
    const agentSessionId = await restore(link, wanted, continuation, params);
    return { agentSessionId, continuation };
  }
  const result = resultOf(await link.request('session/new', params), command, 'to begin a session');
  const agentSessionId = textOf(result.sessionId);
  if (agentSessionId === undefined)
    throw new AppError('harness_failed', `The agent "${command}" began a session without an id.`);
  return { agentSessionId, continuation: `${continuationPrefix}${agentSessionId}` };
}

async function restore(
  link: RpcLink,
  { command, agentCapabilities }: SessionWanted,
  continuation: string,
  params: Fields,
): Promise<string> {
  if (!continuation.startsWith(continuationPrefix)) throw lost('it is not a conversation of an ACP agent');
  const sessionId = continuation.slice(continuationPrefix.length);
  const method = restoringMethod(agentCapabilities);
  if (method === undefined) throw lost(`"${command}" can restore no conversations`);
  const reply = await link.request(method, { sessionId, ...params });
  // Any refusal but a missing login means that this conversation is not to be had.
  if ('refusal' in reply && reply.refusal.code !== authRequired)
    throw lost(`"${command}" says: ${reply.refusal.message} (${reply.refusal.code})`);
  resultOf(reply, command, 'to restore a session');
  return sessionId;
}

/** Resuming is preferred: loading replays the whole history first. */
function restoringMethod(agentCapabilities: Fields): string | undefined {
  const { resume } = fieldsOf(agentCapabilities.sessionCapabilities);
  if (resume !== undefined && resume !== null && resume !== false) return 'session/resume';
  return agentCapabilities.loadSession === true ? 'session/load' : undefined;
}

function resultOf(reply: Reply, command: string, purpose: string): Fields {
  if ('result' in reply) return reply.result;
  if ('end' in reply) {
    const { code, message } = reply.end.error;
    const failed = code === 'harness_failed' ? message : `"${command}" ended before it was ready. ${message}`;
    throw new AppError('harness_failed', failed);
  }
  const { code, message } = reply.refusal;
  if (code === authRequired) {
    throw new AppError(
      'harness_unavailable',
      `The agent "${command}" is not logged in: ${message}. Log in with its own program, as the user of this server, or give it its key in "env" of the target.`,
    );
  }
  throw new AppError('harness_failed', `The agent "${command}" refused ${purpose}: ${message} (${code}).`);
}

function lost(why: string): AppError {
  return new AppError(
    'resume_lost',
    `The conversation of this session cannot be restored: ${why}. Start a new session, or send a run with resume "fresh".`,
  );
}
