/**
 * The harness of agents that speak the Agent Client Protocol (version 1) on standard input and output. Which program
 * that is, a target says. Each conversation has a process of its own, so that one can be ended without another.
 */
import { basename } from 'node:path';
import { AppError } from '../../contract/index.js';
import type {
  Clock,
  Conversation,
  Harness,
  HarnessCapabilities,
  Log,
  OpenRequest,
  ProcessLedger,
} from '../../core/index.js';
import { givenUp, type HostEnvironment, spawnAgent, unlessAborted } from '../process/index.js';
import { AcpConversation } from './acp-conversation.js';
import { AcpLink, type LinkParts } from './acp-link.js';
import { fieldsOf, textOf } from './fields.js';
import { greet, openSession } from './handshake.js';
import { type AcpOptions, readLaunchOptions } from './launch-options.js';
import { mcpServersFor } from './mcp-servers.js';

export interface AcpHarnessParts {
  /** Of Quarterdeck, for the agent to know whom it talks to. */
  clientVersion: string;
  /** Identifies the data directory; the mark of every process starts with it. */
  serverMark: string;
  /** The server's environment, of which an allow-list is passed on. */
  baseEnv: HostEnvironment;
  ledger: ProcessLedger;
  clock: Clock;
  log?: Pick<Log, 'warn'>;
  /** For what is told to end, before it is killed. */
  terminateGraceMs: number;
  /** For what is killed, before it counts as a failure. */
  killMs: number;
}

const capabilities: HarnessCapabilities = {
  // Of each agent by itself: one that can restore nothing refuses with `resume_lost`.
  resume: true,
  fork: false,
  steer: false,
  permissions: true,
  partialOutput: true,
  models: false,
};

export class AcpHarness implements Harness {
  readonly name = 'acp';
  readonly capabilities = capabilities;
  private readonly linkParts: LinkParts;
  private readonly links = new Set<AcpLink>();
  private readonly starting = new Set<Promise<unknown>>();
  private readonly giveUp = new AbortController();
  private closing: Promise<void> | undefined;

  constructor(private readonly parts: AcpHarnessParts) {
    const { clock, log, terminateGraceMs, killMs } = parts;
    this.linkParts = { clock, log, terminateGraceMs, killMs };
  }

  async open(request: OpenRequest, signal: AbortSignal): Promise<Conversation> {
    const options = readLaunchOptions(request.launch);
    if (this.closing !== undefined)
      throw new AppError('harness_unavailable', 'The harness of ACP agents is shut down.');
    if (signal.aborted) throw givenUp();
    const starting = this.startAgent(options, request);
    this.starting.add(starting);
    const link = await starting.finally(() => this.starting.delete(starting));
    try {
      return await unlessAborted(this.converse(link, request), AbortSignal.any([signal, this.giveUp.signal]));
    } catch (error) {
      await this.endFailed(link);
      throw error;
    }
  }

  close(): Promise<void> {
    this.closing ??= this.closeAll();
    return this.closing;
  }

  private async closeAll(): Promise<void> {
    this.giveUp.abort();
    await Promise.allSettled([...this.starting]);
    await Promise.all([...this.links].map((link) => link.end()));
  }

  private async startAgent({ command, args }: AcpOptions, { launch }: OpenRequest): Promise<AcpLink> {
    const { serverMark, baseEnv, ledger, clock, log } = this.parts;
    const harnessProcessId = clock.newId('hpr');
    const process = await spawnAgent({
      command,
      args,
      cwd: launch.cwd,
      baseEnv,
      env: launch.env,
      mark: `${serverMark}/${harnessProcessId}`,
      harnessProcessId,
      ledger,
      onLedgerError: (error) => log?.warn('a process could not be struck from the record', { error }),
    });
    const link = new AcpLink(process, this.linkParts);
    this.links.add(link);
    void link.ended.then(() => this.links.delete(link));
    return link;
  }

  private async converse(link: AcpLink, { launch, continuation }: OpenRequest): Promise<Conversation> {
    const { command } = readLaunchOptions(launch);
    const { agentInfo, agentCapabilities } = await greet(link, command, this.parts.clientVersion);
    const { servers, leftOut } = mcpServersFor(launch.bundle, agentCapabilities);
    const { agentSessionId, continuation: own } = await openSession(
      link,
      { command, agentCapabilities, ...(continuation === undefined ? {} : { continuation }) },
      { cwd: launch.cwd, mcpServers: servers },
    );
    const fresh = continuation === undefined;
    const preface = fresh ? [launch.bundle?.instructions ?? '', launch.primingPrompt ?? ''] : [];
    return new AcpConversation(
      link,
      {
        agentSessionId,
        continuation: own,
        agentName: textOf(fieldsOf(agentInfo).name) ?? basename(command),
        fresh,
        preface: preface.filter((text) => text !== '').join('\n\n'),
        notices: leftOut.map(
          (name) => `The MCP server "${name}" was left out: this agent cannot connect to its kind.`,
        ),
      },
      this.linkParts,
    );
  }

  private async endFailed(link: AcpLink): Promise<void> {
    await link
      .kill({ code: 'harness_failed', message: 'The agent was ended while it started.' })
      .catch((error: unknown) => this.parts.log?.warn('processes of an ACP agent are left', { error }));
  }
}
