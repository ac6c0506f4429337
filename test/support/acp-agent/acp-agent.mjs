/**
 * A small agent that speaks ACP through the SDK of the protocol, so that the other side of the adapter is not ours.
 * It answers by rules and keeps its sessions in files: `node acp-agent.mjs FOLDER [FLAG …]`. Flags change what it can
 * do: `resume` (advertises session/resume), `forgetful` (can restore nothing), `loggedOut`, `future` (another version
 * of the protocol), `silent` (never answers), `quietAsk` (tells of a tool only when it asks, and not how it ended).
 */
import { randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable, Writable } from 'node:stream';
import { agent, methods, ndJsonStream, RequestError } from '@agentclientprotocol/sdk';
import { act } from './rules.mjs';

const [, , folder = '', ...flags] = process.argv;
const has = (flag) => flags.includes(flag);
const open = new Map();

function save({ sessionId, questions }) {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, `${sessionId}.json`), JSON.stringify(questions));
}

function restore({ sessionId, cwd }) {
  const file = join(folder, `${sessionId}.json`);
  if (!/^[\w-]+$/.test(sessionId) || !existsSync(file))
    throw RequestError.invalidParams({ details: `no session "${sessionId}"` });
  const session = { sessionId, cwd, questions: JSON.parse(readFileSync(file, 'utf8')), servers: [] };
  open.set(sessionId, session);
  return session;
}

const app = agent({ name: 'acp-test-agent' })
  .onRequest(methods.agent.initialize, () => {
    if (has('silent')) return new Promise(() => undefined);
    return {
      protocolVersion: has('future') ? 2 : 1,
      agentInfo: { name: 'acp-test-agent', version: '1.0.0' },
      agentCapabilities: {
        loadSession: !has('forgetful') && !has('resume'),
        mcpCapabilities: { http: true },
        sessionCapabilities: has('resume') ? { resume: {} } : {},
      },
    };
  })
  .onRequest(methods.agent.session.new, ({ params }) => {
    if (has('loggedOut')) throw RequestError.authRequired({ details: 'run "agent login"' });
    const { cwd, mcpServers: servers } = params;
    const session = { sessionId: randomUUID(), cwd, questions: [], servers };
    open.set(session.sessionId, session);
    return { sessionId: session.sessionId };
  })
  .onRequest(methods.agent.session.load, async ({ params, client }) => {
    const { sessionId, questions } = restore(params);
    for (const text of questions) {
      for (const sessionUpdate of ['user_message_chunk', 'agent_message_chunk']) {
        const update = { sessionUpdate, content: { type: 'text', text } };
        await client.notify(methods.client.session.update, { sessionId, update });
      }
    }
    return {};
  })
  .onRequest(methods.agent.session.resume, ({ params }) => {
    restore(params);
    return {};
  })
  .onRequest(methods.agent.session.prompt, async ({ params, client }) => {
    const session = open.get(params.sessionId);
    const texts = params.prompt.map(({ text }) => text);
    const question = texts.at(-1);
    session.cancel = new AbortController();
    const turn = { ...session, texts, question, flags, signal: session.cancel.signal, client };
    session.questions = [...session.questions, question];
    save(session);
    const result = await act(turn);
    return turn.signal.aborted ? { stopReason: 'cancelled' } : { stopReason: 'end_turn', ...result };
  })
  .onNotification(methods.agent.session.cancel, ({ params }) => open.get(params.sessionId)?.cancel?.abort());

const connection = app.connect(ndJsonStream(Writable.toWeb(process.stdout), Readable.toWeb(process.stdin)));
await connection.closed;
process.exit(0);
