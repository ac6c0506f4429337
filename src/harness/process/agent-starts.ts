/**
 * For harnesses whose conversations have a process each: follows every process from its start to its end, so that a
 * start that fails or is given up leaves nothing behind, and closing the harness ends all of them.
 */
import { AppError, type HarnessName, type RunError } from '../../contract/index.js';
import type { ProcessLedger } from '../../core/index.js';
import type { HostEnvironment } from './environment.js';
import type { Isolation } from './isolation.js';
import type { LinkEnd, LinkParts } from './line-link.js';
import { type AgentProcess, spawnAgent } from './spawn.js';
import { givenUp, unlessAborted } from './waiting.js';

/** What every harness of a real agent is given. */
export interface HarnessParts extends LinkParts {
  /** Of Quarterdeck, for the agent to know whom it talks to. */
  clientVersion: string;
  /** Identifies the data directory; the mark of every process starts with it. */
  serverMark: string;
  /** The server's environment, of which an allow-list is passed on. */
  baseEnv: HostEnvironment;
  /** Where agents are installed that were installed for Quarterdeck, absolute. */
  agentsDir: string;
  /** For what a harness must keep on disk, absolute; made when it is needed. Not below the system's temporary folder. */
  dataDir: string;
  ledger: ProcessLedger;
  /** Absent: agents are started as they are. */
  isolation?: Isolation;
}

/** A process and the way to talk to it. */
export interface AgentHandle {
  readonly ended: Promise<LinkEnd>;
  kill(error: RunError): Promise<void>;
  end(): Promise<void>;
}

export interface AgentCommand {
  /** The program itself, never a line for a shell. */
  command: string;
  args: readonly string[];
  cwd: string;
  /** Added to the clean environment. */
  env: Readonly<Record<string, string>>;
}

export class AgentStarts<Handle extends AgentHandle> {
  private readonly handles = new Set<Handle>();
  private readonly starting = new Set<Promise<unknown>>();
  private readonly giveUp = new AbortController();
  private closing: Promise<void> | undefined;

  constructor(
    private readonly harness: HarnessName,
    private readonly parts: HarnessParts,
  ) {}

  /**
   * Starts a process and makes a conversation of it. Throws `harness_unavailable` when the harness is closed, what
   * `spawnAgent` and `converse` throw, and `harness_failed` when `signal` aborts; the process is gone then.
   */
  async open<T>(
    command: AgentCommand,
    connect: (process: AgentProcess) => Handle,
    converse: (handle: Handle) => Promise<T>,
    signal: AbortSignal,
  ): Promise<T> {
    if (this.closing !== undefined)
      throw new AppError('harness_unavailable', `The harness "${this.harness}" is shut down.`);
    if (signal.aborted) throw givenUp();
    const starting = this.start(command, connect);
    this.starting.add(starting);
    const handle = await starting.finally(() => this.starting.delete(starting));
    try {
      return await unlessAborted(converse(handle), AbortSignal.any([signal, this.giveUp.signal]));
    } catch (error) {
      await this.endFailed(handle);
      throw error;
    }
  }

  /** Ends every process, politely and then by force. Idempotent; never rejects. */
  close(): Promise<void> {
    this.closing ??= this.closeAll();
    return this.closing;
  }

  private async closeAll(): Promise<void> {
    this.giveUp.abort();
    await Promise.allSettled([...this.starting]);
    await Promise.all([...this.handles].map((handle) => handle.end()));
  }

  private async start(
    { command, args, cwd, env }: AgentCommand,
    connect: (process: AgentProcess) => Handle,
  ): Promise<Handle> {
    const { serverMark, baseEnv, ledger, isolation, clock, log } = this.parts;
    const harnessProcessId = clock.newId('hpr');
    const process = await spawnAgent({
      command,
      args,
      cwd,
      baseEnv,
      env,
      mark: `${serverMark}/${harnessProcessId}`,
      harnessProcessId,
      ledger,
      isolation,
      onLedgerError: (error) => log?.warn('a process could not be struck from the record', { error }),
    });
    const handle = connect(process);
    this.handles.add(handle);
    void handle.ended.then(() => this.handles.delete(handle));
    return handle;
  }

  private async endFailed(handle: Handle): Promise<void> {
    await handle
      .kill({ code: 'harness_failed', message: 'The agent was ended while it started.' })
      .catch((error: unknown) =>
        this.parts.log?.warn('processes of an agent are left', { harness: this.harness, error }),
      );
  }
}
