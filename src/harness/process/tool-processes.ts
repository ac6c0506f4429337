/**
 * Ends what tools of an agent left running, and spares the agent with its helpers. Both carry the same mark, and no
 * agent says which is which; what ran before the turn began is taken for the agent, what came during it for a tool.
 * A helper that an agent starts during a turn that is interrupted is lost to it.
 */
import { endProcesses } from './end-processes.js';
import { markCovers } from './environment.js';
import { listProcesses, type ProcessInfo } from './process-tree.js';
import type { AgentProcess } from './spawn.js';

export class ToolProcesses {
  private spared: ReadonlySet<string> = new Set();

  constructor(
    private readonly agent: AgentProcess,
    private readonly deadlines: { graceMs: number; killMs: number },
  ) {}

  /** Before a turn: what runs now belongs to the agent. */
  async spareRunning(): Promise<void> {
    this.spared = new Set((await this.ofAgent()).map(nameOf));
  }

  /** Rejects when one survives. */
  async clear(): Promise<void> {
    const own = nameOf(this.agent);
    // A tool may have started another while it was looked for; each round ends all that it finds.
    for (;;) {
      const left = (await this.ofAgent()).filter(
        (one) => nameOf(one) !== own && !this.spared.has(nameOf(one)),
      );
      if (left.length === 0) return;
      await endProcesses({ pids: left }, this.deadlines);
    }
  }

  private async ofAgent(): Promise<ProcessInfo[]> {
    const alive = (await listProcesses()).filter(({ zombie }) => !zombie);
    const pids = new Set([this.agent.pid]);
    for (const { pid, mark } of alive)
      if (mark !== undefined && markCovers(this.agent.mark, mark)) pids.add(pid);
    for (let before = -1; before !== pids.size; ) {
      before = pids.size;
      for (const { pid, parentPid } of alive) if (pids.has(parentPid)) pids.add(pid);
    }
    return alive.filter(({ pid }) => pids.has(pid));
  }
}

function nameOf({ pid, startTicks }: { pid: number; startTicks: number }): string {
  return `${pid}:${startTicks}`;
}
