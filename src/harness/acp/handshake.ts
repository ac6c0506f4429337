/** From a process that has just started to a session in it that can take a prompt. */
import { AppError } from '../../contract/index.js';
import { type Fields, fieldsOf, type Reply, type RpcLink, resumeLost, textOf } from '../process/index.js';
import { isLoginMissing } from './refusals.js';

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
  fork?: { checkpoint?: string };
}

export interface OpenedSession {
  agentSessionId: string;
  continuation: string;
  /** What the agent says of the session, its choices among it. */
  offered: Fields;
}

/** Throws AppError `harness_unavailable`, `login_required`, `harness_failed`. */
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

/** Throws AppError `resume_lost`, `login_required`, `unsupported`, `harness_failed`. */
export async function openSession(
  link: RpcLink,
  wanted: SessionWanted,
  params: { cwd: string; mcpServers: readonly Fields[] },
): Promise<OpenedSession> {
  const { command, continuation } = wanted;
  if (continuation === undefined)
    return openedBy(
      resultOf(await link.request('session/new', params), command, 'to begin a session'),
      command,
    );
  if (!continuation.startsWith(continuationPrefix))
    throw resumeLost('it is not a conversation of an ACP agent');
  const sessionId = continuation.slice(continuationPrefix.length);
  if (wanted.fork === undefined)
    return {
      agentSessionId: sessionId,
      continuation,
      offered: await restore(link, wanted, sessionId, params),
    };
  return openedBy(await fork(link, wanted, sessionId, params), command);
}

function openedBy(offered: Fields, command: string): OpenedSession {
  const agentSessionId = textOf(offered.sessionId);
  if (agentSessionId === undefined)
    throw new AppError('harness_failed', `The agent "${command}" began a session without an id.`);
  return { agentSessionId, continuation: `${continuationPrefix}${agentSessionId}`, offered };
}

async function restore(
  link: RpcLink,
  { command, agentCapabilities }: SessionWanted,
  sessionId: string,
  params: Fields,
): Promise<Fields> {
  // Resuming is preferred: loading replays the whole history first.
  const method = isOffered(agentCapabilities, 'resume')
    ? 'session/resume'
    : agentCapabilities.loadSession === true
      ? 'session/load'
      : undefined;
  if (method === undefined) throw resumeLost(`"${command}" can restore no conversations`);
  return unlessLost(await link.request(method, { sessionId, ...params }), command, 'to restore a session');
}

async function fork(
  link: RpcLink,
  { command, agentCapabilities, fork: at }: SessionWanted,
  sessionId: string,
  params: Fields,
): Promise<Fields> {
  if (!isOffered(agentCapabilities, 'fork') || at?.checkpoint !== undefined) {
    const what = at?.checkpoint === undefined ? 'no conversations' : 'conversations only as they are now';
    throw new AppError('unsupported', `The agent "${command}" can copy ${what}.`);
  }
  return unlessLost(
    await link.request('session/fork', { sessionId, ...params }),
    command,
    'to copy a session',
  );
}

function isOffered({ sessionCapabilities }: Fields, name: string): boolean {
  const offered = fieldsOf(sessionCapabilities)[name];
  return offered !== undefined && offered !== null && offered !== false;
}

/** Any refusal but a missing login means that the conversation is not to be had. */
function unlessLost(reply: Reply, command: string, purpose: string): Fields {
  if ('refusal' in reply && !isLoginMissing(reply.refusal))
    throw resumeLost(`"${command}" says: ${reply.refusal.message} (${reply.refusal.code})`);
  return resultOf(reply, command, purpose);
}

function resultOf(reply: Reply, command: string, purpose: string): Fields {
  if ('result' in reply) return reply.result;
  if ('end' in reply) {
    const { code, message } = reply.end.error;
    const failed = code === 'harness_failed' ? message : `"${command}" ended before it was ready. ${message}`;
    throw new AppError('harness_failed', failed);
  }
  const { code, message } = reply.refusal;
  if (isLoginMissing(reply.refusal)) {
    throw new AppError(
      'login_required',
      `The agent "${command}" is not logged in: ${message}. Log in with its own program, as the user of this server, or give it its key in "env" of the target.`,
    );
  }
  throw new AppError('harness_failed', `The agent "${command}" refused ${purpose}: ${message} (${code}).`);
}
