/**
 * The servers of Codex that run, by what they were started with. Conversations that would start the same server share
 * one; it ends with its last conversation. There are never more servers than conversations.
 */
import {
  type AgentCommand,
  AgentStarts,
  type HarnessParts,
  RpcLink,
  unlessAborted,
} from '../process/index.js';
import { CodexServer, type ServerGreeting } from './codex-server.js';

export interface ServerStart extends AgentCommand, Pick<ServerGreeting, 'skillRoots' | 'apiKey'> {}

/** A share in a server. */
export interface ServerLease {
  server: CodexServer;
  /** The last one to leave ends the server. Idempotent; never rejects. */
  release(): Promise<void>;
}

interface Shared {
  opening: Promise<CodexServer>;
  giveUp: AbortController;
  users: number;
}

export class CodexServers {
  private readonly starts: AgentStarts<RpcLink>;
  private readonly shared = new Map<string, Shared>();

  constructor(private readonly parts: HarnessParts) {
    this.starts = new AgentStarts('codex', parts);
  }

  /** Throws what `AgentStarts.open` and `CodexServer.greet` throw, and `harness_failed` when `signal` aborts. */
  async lease(start: ServerStart, signal: AbortSignal): Promise<ServerLease> {
    const key = keyOf(start);
    const shared = this.shared.get(key) ?? this.begin(key, start);
    shared.users += 1;
    let leaving: Promise<void> | undefined;
    const release = () => {
      leaving ??= this.leave(key, shared);
      return leaving;
    };
    try {
      return { server: await unlessAborted(shared.opening, signal), release };
    } catch (error) {
      await release();
      throw error;
    }
  }

  close(): Promise<void> {
    this.shared.clear();
    return this.starts.close();
  }

  private begin(key: string, start: ServerStart): Shared {
    const giveUp = new AbortController();
    const shared: Shared = { opening: this.open(start, giveUp.signal), giveUp, users: 0 };
    this.shared.set(key, shared);
    const gone = () => this.strike(key, shared);
    shared.opening.then(({ link }) => link.ended.then(gone), gone);
    return shared;
  }

  private open(start: ServerStart, signal: AbortSignal): Promise<CodexServer> {
    const { clientVersion } = this.parts;
    const { skillRoots, apiKey } = start;
    return this.starts.open(
      start,
      (process) => new RpcLink(process, this.parts, { agentName: 'Codex' }),
      async (link) => {
        const server = new CodexServer(link, start.command);
        await server.greet({ clientVersion, skillRoots, ...(apiKey === undefined ? {} : { apiKey }) });
        return server;
      },
      signal,
    );
  }

  private async leave(key: string, shared: Shared): Promise<void> {
    shared.users -= 1;
    if (shared.users > 0) return;
    this.strike(key, shared);
    shared.giveUp.abort();
    await shared.opening.then(
      ({ link }) => link.end(),
      () => undefined,
    );
  }

  private strike(key: string, shared: Shared): void {
    if (this.shared.get(key) === shared) this.shared.delete(key);
  }
}

function keyOf({ command, args, cwd, env, skillRoots, apiKey }: ServerStart): string {
  const sorted = Object.entries(env).sort(([one], [other]) => (one < other ? -1 : 1));
  return JSON.stringify([command, args, cwd, sorted, skillRoots, apiKey]);
}
