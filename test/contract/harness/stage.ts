/** Where a contract test plays: a folder, a project, a ledger, and harnesses that leave nothing behind. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { HarnessCapabilities } from '../../../src/contract/index.js';
import type { Conversation, Harness, RecordedProcess } from '../../../src/core/index.js';
import { pidsMarked } from './processes.js';
import { RecordingHost } from './recording-host.js';

/** Where a harness under test lives. */
export interface Place {
  dataDir: string;
  serverMark: string;
  ledger: MemoryLedger;
}

export interface HarnessSubject {
  name: string;
  capabilities: HarnessCapabilities;
  openHarness(place: Place): Harness;
  prompts: {
    /** Answered with one word. */
    question: { prompt: string; answer: string };
    previousQuestion: string;
    /** Says more than one word. */
    talk: string;
    runShell(command: string): string;
    /** Asks for permission before it runs the command. */
    runShellAsking(command: string): string;
    /** Works until it is interrupted. */
    endless: string;
    /** Works on, whatever it is told, with a shell that ignores polite signals. */
    deaf(command: string): string;
    /** Says so many bytes as fast as it can. */
    flood(bytes: number): string;
    /** Writes what is not of the agent's protocol. */
    garbage: string;
    /** The agent's program exits with this code. */
    crash(exitCode: number): string;
  };
}

export class MemoryLedger {
  readonly processes: RecordedProcess[] = [];
  private watchers: (() => void)[] = [];

  /** Resolves when so many processes are recorded. */
  untilCount(count: number): Promise<void> {
    return new Promise((resolve) => {
      const watcher = () => {
        if (this.processes.length === count) resolve();
      };
      this.watchers.push(watcher);
      watcher();
    });
  }

  async recordProcess(process: RecordedProcess): Promise<void> {
    await this.forgetProcess(process.harnessProcessId);
    this.processes.push(process);
    for (const watcher of this.watchers) watcher();
  }

  async forgetProcess(harnessProcessId: string): Promise<void> {
    const at = this.processes.findIndex((process) => process.harnessProcessId === harnessProcessId);
    if (at !== -1) this.processes.splice(at, 1);
    for (const watcher of this.watchers) watcher();
  }
}

let marks = 0;

/** A place, a project folder, and harnesses that are closed when the test is over. */
export class Stage {
  readonly folder = mkdtempSync(join(tmpdir(), 'harness-contract-'));
  readonly cwd = mkdtempSync(join(this.folder, 'project-'));
  readonly place: Place;
  private readonly harnesses: Harness[] = [];

  constructor(private readonly openHarness: (place: Place) => Harness) {
    marks += 1;
    const serverMark = `contract-${process.pid}-${marks}`;
    this.place = { dataDir: join(this.folder, 'agent'), serverMark, ledger: new MemoryLedger() };
  }

  harness(): Harness {
    const harness = this.openHarness(this.place);
    this.harnesses.push(harness);
    return harness;
  }

  open(
    harness: Harness,
    more: { continuation?: string; options?: Record<string, unknown> } = {},
  ): Promise<Conversation> {
    const { continuation, options = {} } = more;
    const launch = { target: 'contract', harness: harness.name, cwd: this.cwd, env: {}, options };
    return harness.open(
      { sessionId: 'ses_1', launch, ...(continuation === undefined ? {} : { continuation }) },
      new AbortController().signal,
    );
  }

  file(name: string): string {
    return join(this.cwd, name);
  }

  async close(): Promise<void> {
    await Promise.all(this.harnesses.map((harness) => harness.close()));
    expect(pidsMarked(this.place.serverMark)).toEqual([]);
    expect(this.place.ledger.processes).toEqual([]);
    rmSync(this.folder, { recursive: true, force: true });
  }
}

export function ask(
  conversation: Conversation,
  prompt: string,
  host = new RecordingHost(),
  maxTurns?: number,
) {
  return conversation.turn({ runId: 'run_1', prompt, ...(maxTurns === undefined ? {} : { maxTurns }) }, host);
}

/** A shell that ignores polite signals and leaves a grandchild that does too, in a session of its own; tells their pids. */
export function stubbornCommand(pidFile: string): string {
  const grandchild = `trap '' TERM; echo $$ > grandchild; while :; do sleep 1; done`;
  return `trap '' TERM; setsid sh -c "${grandchild.replaceAll('$', '\\$')}" & while [ ! -s grandchild ]; do sleep 0.05; done; echo $$ $(cat grandchild) > ${pidFile}; while :; do sleep 1; done`;
}
