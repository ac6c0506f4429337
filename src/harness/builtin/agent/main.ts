/**
 * The program of the built-in agent: one process for many conversations. It answers by rules, works offline, and is
 * not a language model. It is started by its adapter and speaks `protocol.ts`; when its input ends, the server is
 * gone: it kills what its tools started and exits.
 */
import { mkdirSync } from 'node:fs';
import { Conversation } from './conversation.js';
import { History, ResumeLost } from './history.js';
import { readInput } from './input.js';
import { Output } from './output.js';
import type { ProgramAccess } from './program-access.js';
import { type OpenMessage, protocolVersion, type ToAgent } from './protocol.js';
import { killAllGroups } from './tools/index.js';

/** By channel; a promise, because opening may have to wait. Undefined: it could not be opened. */
const opened = new Map<number, Promise<Conversation | undefined>>();
/** Those that are ready for a turn, by channel and by id. */
const conversations = new Map<number, Conversation>();
const byId = new Map<string, Conversation>();
let dataDir = '';

const output = new Output(() => stop(0));

const program: ProgramAccess = {
  crash: (exitCode) => void output.flush().then(() => process.exit(exitCode)),
  writeRaw: (line) => output.sendLine(line),
};

function stop(exitCode: number): never {
  killAllGroups();
  process.exit(exitCode);
}

function receive(line: string): void {
  const message = JSON.parse(line) as ToAgent;
  if (message.t === 'hello') start(message.protocol, message.dataDir);
  else if (message.t === 'open') opened.set(message.channel, openConversation(message));
  else if (message.t === 'close') void closeConversation(message.channel);
  else {
    const conversation = conversations.get(message.channel);
    if (message.t === 'turn') conversation?.startTurn(message);
    else if (message.t === 'interrupt') conversation?.interrupt(message.turn);
    else if (message.t === 'steer') conversation?.steer(message);
    else if (message.t === 'answer') conversation?.answer(message);
    else if (message.t === 'room') conversation?.giveRoom(message.chars);
  }
}

function start(protocol: number, folder: string): void {
  if (protocol !== protocolVersion) {
    process.stderr.write(`the adapter speaks protocol ${protocol}, this agent ${protocolVersion}\n`);
    stop(1);
  }
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  dataDir = folder;
  output.send({ t: 'ready', protocol: protocolVersion });
}

async function openConversation(message: OpenMessage): Promise<Conversation | undefined> {
  const { channel, conversationId } = message;
  try {
    // Two writers of one file would lose each other's turns: the newer one takes over.
    for (let other = byId.get(conversationId); other !== undefined; other = byId.get(conversationId)) {
      await drop(other);
    }
    const history = historyFor(message);
    const conversation = new Conversation(message, history, output, program);
    conversations.set(channel, conversation);
    byId.set(conversationId, conversation);
    output.send({ t: 'opened', channel });
    return conversation;
  } catch (error) {
    const code = error instanceof ResumeLost ? 'resume_lost' : 'harness_failed';
    output.send({
      t: 'opened',
      channel,
      error: { code, message: error instanceof Error ? error.message : String(error) },
    });
    return undefined;
  }
}

function historyFor({ conversationId, resume, copyOf }: OpenMessage): History {
  if (copyOf !== undefined)
    return History.copy(dataDir, copyOf.conversationId, conversationId, copyOf.prompts);
  return resume ? History.restore(dataDir, conversationId) : History.createNew(dataDir, conversationId);
}

async function closeConversation(channel: number): Promise<void> {
  const conversation = await opened.get(channel);
  if (conversation !== undefined) await drop(conversation);
  conversations.delete(channel);
  opened.delete(channel);
  output.send({ t: 'closed', channel });
}

async function drop(conversation: Conversation): Promise<void> {
  await conversation.drop();
  if (byId.get(conversation.id) === conversation) byId.delete(conversation.id);
}

process.on('SIGTERM', () => stop(143));
readInput(receive, () => stop(0));
