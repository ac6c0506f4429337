/**
 * A small agent that speaks ACP through the SDK of the protocol, so that the other side of the adapter is not ours.
 * It answers by rules and keeps its sessions in files: `node acp-agent.mjs FOLDER [FLAG …]`. Flags change what it can
 * do: `resume` (advertises session/resume), `forgetful` (can restore nothing and copy nothing), `loggedOut`, `future`
 * (another version of the protocol), `silent` (never answers), `quietAsk` (tells of a tool only when it asks, and not
 * how it ended), `blind` (takes no images), `plain` (offers no choices), `listed` (offers them in lists of their own).
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
/** For methods that the SDK does not know. */
const asItIs = (params) => params;

function save({ sessionId, questions }) {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, `${sessionId}.json`), JSON.stringify(questions));
}

function restore({ sessionId, cwd }) {
  const file = join(folder, `${sessionId}.json`);
  if (!/^[\w-]+$/.test(sessionId) || !existsSync(file))
    throw RequestError.invalidParams({ details: `no session "${sessionId}"` });
  const questions = JSON.parse(readFileSync(file, 'utf8'));
  return begin({ sessionId, cwd, questions, servers: [] });
}

function begin(session) {
  const begun = { model: 'small', mode: 'write', ...session };
  open.set(begun.sessionId, begun);
  return begun;
}

function select(category, name, currentValue, options) {
  return { id: `chosen-${category}`, name, category, type: 'select', currentValue, options };
}

/** The model in groups, the mode without. */
function offer({ model, mode }) {
  if (has('plain')) return {};
  const [write, read] = ['write', 'read'].map((value) => ({ value, name: value }));
  const models = ['small', 'large'].map((value) => ({ value, name: value }));
  if (has('listed')) {
    return {
      models: {
        currentModelId: model,
        availableModels: models.map(({ value, name }) => ({ modelId: value, name })),
      },
      modes: {
        currentModeId: mode,
        availableModes: [write, read].map(({ value, name }) => ({ id: value, name })),
      },
    };
  }
  const grouped = [{ group: 'all', name: 'All', options: models }];
  return {
    configOptions: [select('model', 'Model', model, grouped), select('mode', 'Mode', mode, [write, read])],
  };
}

const app = agent({ name: 'acp-test-agent' })
  .onRequest(methods.agent.initialize, () => {
    if (has('silent')) return new Promise(() => undefined);
    return {
      protocolVersion: has('future') ? 2 : 1,
      agentInfo: { name: 'acp-test-agent', version: '1.0.0' },
      agentCapabilities: {
        loadSession: !has('forgetful') && !has('resume'),
        promptCapabilities: { image: !has('blind') },
        mcpCapabilities: { http: true },
        sessionCapabilities: {
          ...(has('resume') ? { resume: {} } : {}),
          ...(has('forgetful') ? {} : { fork: {} }),
        },
      },
    };
  })
  .onRequest(methods.agent.session.new, ({ params }) => {
    if (has('loggedOut')) throw RequestError.authRequired({ details: 'run "agent login"' });
    const { cwd, mcpServers: servers } = params;
    const session = begin({ sessionId: randomUUID(), cwd, questions: [], servers });
    return { sessionId: session.sessionId, ...offer(session) };
  })
  .onRequest(methods.agent.session.load, async ({ params, client }) => {
    const session = restore(params);
    const { sessionId, questions } = session;
    for (const text of questions) {
      for (const sessionUpdate of ['user_message_chunk', 'agent_message_chunk']) {
        const update = { sessionUpdate, content: { type: 'text', text } };
        await client.notify(methods.client.session.update, { sessionId, update });
      }
    }
    return offer(session);
  })
  .onRequest(methods.agent.session.resume, ({ params }) => offer(restore(params)))
  .onRequest('session/fork', asItIs, ({ params }) => {
    const copy = begin({ ...restore(params), sessionId: randomUUID() });
    save(copy);
    return { sessionId: copy.sessionId, ...offer(copy) };
  })
  .onRequest(methods.agent.session.setConfigOption, ({ params: { sessionId, configId, value } }) => {
    const session = open.get(sessionId);
    session[configId.replace('chosen-', '')] = value;
    return offer(session);
  })
  .onRequest(methods.agent.session.setMode, ({ params: { sessionId, modeId } }) => {
    open.get(sessionId).mode = modeId;
    return {};
  })
  .onRequest('session/set_model', asItIs, ({ params: { sessionId, modelId } }) => {
    open.get(sessionId).model = modelId;
    return {};
  })
  .onRequest(methods.agent.session.prompt, async ({ params, client }) => {
    const session = open.get(params.sessionId);
    const texts = params.prompt.flatMap(({ text }) => text ?? []);
    const images = params.prompt.flatMap(({ mimeType }) => mimeType ?? []);
    const question = texts.at(-1);
    session.cancel = new AbortController();
    const turn = { ...session, texts, images, question, flags, signal: session.cancel.signal, client };
    session.questions = [...session.questions, question];
    save(session);
    const result = await act(turn);
    return turn.signal.aborted ? { stopReason: 'cancelled' } : { stopReason: 'end_turn', ...result };
  })
  .onNotification(methods.agent.session.cancel, ({ params }) => open.get(params.sessionId)?.cancel?.abort());

const connection = app.connect(ndJsonStream(Writable.toWeb(process.stdout), Readable.toWeb(process.stdin)));
await connection.closed;
process.exit(0);
