/**
 * The harness of the built-in agent: one agent process serves many conversations, so that a session does not cost a
 * process. It is started when it is first needed and again when it died; conversations live on in their files.
 */
import { randomUUID } from 'node:crypto';
import { access, rm } from 'node:fs/promises';
import { type AgentProgram, AppError, type HarnessCapabilities } from '../../contract/index.js';
import type {
  Clock,
  Conversation,
  Harness,
  LaunchPlan,
  Log,
  OpenRequest,
  ProcessLedger,
} from '../../core/index.js';
import {
  cleanEnvironment,
  givenUp,
  type HostEnvironment,
  type LinkParts,
  spawnAgent,
  unlessAborted,
} from '../process/index.js';
import { conversationFile, isConversationId } from './agent/history.js';
import type { OpenMessage } from './agent/protocol.js';
import { AgentLink } from './agent-link.js';
import { BuiltinConversation, type ConversationAddress } from './builtin-conversation.js';
import { givenBy } from './given.js';
import { readLaunchOptions } from './launch-options.js';

export interface BuiltinHarnessParts {
  /** Of Quarterdeck, and so of the agent. */
  clientVersion?: string;
  /** The agent's program and its arguments, absolute: Node and the compiled `agent/main.js`. */
  program: readonly string[];
  /** Where conversations are kept, absolute; created when it is missing. */
  dataDir: string;
  /** Identifies the data directory; the mark of every process starts with it. */
  serverMark: string;
  /** The server's environment, of which an allow-list is passed on. */
  baseEnv: HostEnvironment;
  ledger: ProcessLedger;
  clock: Clock;
  log?: Pick<Log, 'warn'>;
  /** For what is told to end, before it is killed. */
  terminateGraceMs: number;
  /** For what is killed, before it counts as a failure; also how long the agent may take to confirm an order. */
  killMs: number;
}

export interface BuiltinHarness extends Harness {
  /** Starts the agent ahead of the first conversation. Throws what `open` throws. */
  warmUp(): Promise<void>;
}

const capabilities: HarnessCapabilities = {
  resume: true,
  fork: 'at_run',
  steer: true,
  permissions: true,
  partialOutput: true,
  models: false,
  images: true,
  maxTurns: true,
  subagents: false,
  cost: false,
};

/** How many prompts the conversation had. */
const checkpointPattern = /^[1-9]\d{0,8}$/;

interface Start {
  link: Promise<AgentLink>;
  giveUp: AbortController;
  waiting: number;
}

export class BuiltinAgentHarness implements BuiltinHarness {
  readonly name = 'builtin';
  readonly capabilities = capabilities;
  private readonly linkParts: LinkParts;
  private current: AgentLink | undefined;
  private start: Start | undefined;
  private closing: Promise<void> | undefined;
  /** Every process that may still be alive: one that broke goes on dying while its successor works. */
  private readonly links = new Set<AgentLink>();

  constructor(private readonly parts: BuiltinHarnessParts) {
    const { clock, log, terminateGraceMs, killMs } = parts;
    this.linkParts = { clock, log, terminateGraceMs, killMs };
  }

  async warmUp(): Promise<void> {
    await this.connect(new AbortController().signal);
  }

  checkOptions(launch: LaunchPlan): void {
    readLaunchOptions(launch);
  }

  async open({ launch, continuation, fork }: OpenRequest, signal: AbortSignal): Promise<Conversation> {
    const options = readLaunchOptions(launch);
    const origin = originOf(continuation, fork);
    const link = await this.connect(signal);
    const address = this.newAddress(link, origin.resume ? continuation : undefined);
    const { channel, conversationId, toolMark } = address;
    const conversation = new BuiltinConversation(link, address, this.linkParts);
    const opening = link.openChannel(
      {
        t: 'open',
        channel,
        conversationId,
        ...origin,
        cwd: launch.cwd,
        toolEnv: cleanEnvironment(this.parts.baseEnv, launch.env, toolMark),
        ...options,
        given: givenBy(launch),
      },
      conversation,
    );
    try {
      await unlessAborted(opening, signal);
    } catch (error) {
      if (signal.aborted) await conversation.close();
      throw error;
    }
    return conversation;
  }

  async inspect(): Promise<AgentProgram[]> {
    const path = this.parts.program.at(-1) ?? '';
    const found = await access(path).then(
      () => true,
      () => false,
    );
    const problem = found ? {} : { problem: 'It is part of Quarterdeck and missing: install that again.' };
    const { clientVersion } = this.parts;
    const version = clientVersion === undefined ? {} : { version: clientVersion };
    return [{ name: 'The built-in agent', found, path, ...version, login: 'not_needed', ...problem }];
  }

  async forget(continuation: string): Promise<void> {
    const { dataDir, log } = this.parts;
    if (!isConversationId(continuation)) return;
    await rm(conversationFile(dataDir, continuation), { force: true }).catch((error: unknown) =>
      log?.warn('the file of a deleted conversation is left', { continuation, error }),
    );
  }

  close(): Promise<void> {
    this.closing ??= this.closeAll();
    return this.closing;
  }

  private async closeAll(): Promise<void> {
    this.start?.giveUp.abort();
    await this.start?.link.catch(() => undefined);
    await Promise.all([...this.links].map((link) => link.end()));
  }

  private newAddress(link: AgentLink, continuation: string | undefined): ConversationAddress {
    const conversationId = continuation ?? `cnv_${randomUUID().replaceAll('-', '')}`;
    return { channel: link.newChannel(), conversationId, toolMark: `${link.process.mark}/${conversationId}` };
  }

  /** The agent process; those who come while it starts wait for the same one. */
  private async connect(signal: AbortSignal): Promise<AgentLink> {
    if (this.closing !== undefined)
      throw new AppError('harness_unavailable', 'The built-in agent is shut down.');
    if (signal.aborted) throw givenUp();
    if (this.current?.broken === false) return this.current;
    const start = this.start ?? this.beginStart();
    start.waiting += 1;
    try {
      return await unlessAborted(start.link, signal);
    } finally {
      start.waiting -= 1;
      if (signal.aborted && start.waiting === 0) this.abandon(start);
    }
  }

  /** Nobody waits any more for a start that does not come to an end; who comes now begins another. */
  private abandon(start: Start): void {
    if (this.start === start) this.start = undefined;
    start.giveUp.abort();
  }

  private beginStart(): Start {
    const giveUp = new AbortController();
    const start: Start = { link: this.startAgent(giveUp.signal), giveUp, waiting: 0 };
    this.start = start;
    const forget = () => {
      if (this.start === start) this.start = undefined;
    };
    start.link.then(forget, forget);
    return start;
  }

  private async startAgent(signal: AbortSignal): Promise<AgentLink> {
    const { program, dataDir, serverMark, baseEnv, ledger, clock, log } = this.parts;
    const [command = '', ...args] = program;
    const harnessProcessId = clock.newId('hpr');
    const mark = `${serverMark}/${harnessProcessId}`;
    const process = await spawnAgent({
      command,
      args,
      // Conversations have folders of their own; the agent itself must not hold on to a project's.
      cwd: '/',
      baseEnv,
      env: {},
      mark,
      harnessProcessId,
      ledger,
      onLedgerError: (error) => log?.warn('a process could not be struck from the record', { error }),
    });
    const link = new AgentLink(process, this.linkParts);
    this.links.add(link);
    void link.ended.then(({ error }) => {
      this.links.delete(link);
      if (this.closing === undefined) log?.warn(error.message, { stderr: process.stderrTail() });
    });
    try {
      await unlessAborted(link.greet(dataDir), signal);
    } catch (error) {
      await link.kill({ code: 'harness_failed', message: 'The built-in agent was ended while it started.' });
      throw error;
    }
    this.current = link;
    return link;
  }
}

/** What a conversation begins with. Throws AppError `resume_lost`. */
function originOf(
  continuation: string | undefined,
  fork: OpenRequest['fork'],
): Pick<OpenMessage, 'resume' | 'copyOf'> {
  if (continuation === undefined) return { resume: false };
  if (!isConversationId(continuation))
    throw lost('The continuation of this session is not one of the built-in agent.');
  if (fork === undefined) return { resume: true };
  const { checkpoint } = fork;
  if (checkpoint === undefined) return { resume: false, copyOf: { conversationId: continuation } };
  if (!checkpointPattern.test(checkpoint))
    throw lost('The checkpoint of this run is not one of the built-in agent.');
  return { resume: false, copyOf: { conversationId: continuation, prompts: Number(checkpoint) } };
}

function lost(why: string): AppError {
  return new AppError('resume_lost', `${why} Start a new session, or send a run with resume "fresh".`);
}
