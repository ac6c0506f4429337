/** Where a contract test plays: a folder, a project, a ledger, and harnesses that leave nothing behind. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { HarnessCapabilities } from '../../../src/contract/index.js';
import type {
  Conversation,
  Harness,
  LaunchPlan,
  RecordedProcess,
  TurnRequest,
} from '../../../src/core/index.js';
import { pidsMarked } from './processes.js';
import { RecordingHost } from './recording-host.js';
import type { HarnessSubject, Scene } from './subject.js';

/** Where a harness under test lives. */
export interface Place {
  dataDir: string;
  serverMark: string;
  ledger: MemoryLedger;
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

/** A capability, and how much of it. */
export type Shown = readonly [keyof HarnessCapabilities, boolean | string];

let marks = 0;

export interface Opening {
  continuation?: string | undefined;
  fork?: { checkpoint?: string };
  options?: Record<string, unknown>;
  /** With what the subject needs for its agent to ask before it uses a tool. */
  asking?: boolean;
  launch?: Partial<LaunchPlan>;
}

/** A place, a project folder, and harnesses that are closed when the test is over. */
export class Stage {
  readonly folder = mkdtempSync(join(tmpdir(), 'harness-contract-'));
  readonly cwd = mkdtempSync(join(this.folder, 'project-'));
  readonly place: Place;
  /** What the test has shown the agent to be able to do. */
  readonly shown: Shown[] = [];
  private readonly harnesses: Harness[] = [];

  constructor(
    private readonly openHarness: (place: Place) => Harness,
    readonly scene: Scene = {},
  ) {
    marks += 1;
    const serverMark = `contract-${process.pid}-${marks}`;
    this.place = { dataDir: join(this.folder, 'agent'), serverMark, ledger: new MemoryLedger() };
  }

  /** With the scene that the subject prepares for it, in a folder that goes with the stage. */
  static async of({ openHarness, prepare }: HarnessSubject): Promise<Stage> {
    const home = mkdtempSync(join(tmpdir(), 'harness-scene-'));
    const scene = (await prepare?.(home)) ?? {};
    const close = async () => {
      await scene.close?.();
      rmSync(home, { recursive: true, force: true, maxRetries: 5 });
    };
    return new Stage(openHarness, { ...scene, close });
  }

  harness(openHarness = this.openHarness): Harness {
    const harness = openHarness(this.place);
    this.harnesses.push(harness);
    return harness;
  }

  open(harness: Harness, opening: Opening = {}): Promise<Conversation> {
    const { continuation, fork, options, asking = false } = opening;
    const { launch: always, asking: more } = this.scene;
    const plan: LaunchPlan = {
      target: 'contract',
      harness: harness.name,
      cwd: this.cwd,
      env: {},
      ...always,
      ...(asking ? more : {}),
      ...opening.launch,
      options: { ...always?.options, ...options },
    };
    return harness.open(
      {
        sessionId: 'ses_1',
        launch: plan,
        ...(continuation === undefined ? {} : { continuation }),
        ...(fork === undefined ? {} : { fork }),
      },
      new AbortController().signal,
    );
  }

  shows(capability: Shown[0], how: Shown[1] = true): void {
    this.shown.push([capability, how]);
  }

  file(name: string): string {
    return join(this.cwd, name);
  }

  /** Of the agent that was recorded first. Throws when none is: a signal to pid 0 would end the test run itself. */
  get agentPid(): number {
    const [agent] = this.place.ledger.processes;
    if (agent === undefined) throw new Error('no agent is recorded');
    return agent.pid;
  }

  async close(): Promise<void> {
    await Promise.all(this.harnesses.map((harness) => harness.close()));
    await this.scene.close?.();
    expect(pidsMarked(this.place.serverMark)).toEqual([]);
    expect(this.place.ledger.processes).toEqual([]);
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

export function ask(
  conversation: Conversation,
  prompt: string,
  host = new RecordingHost(),
  more: Partial<TurnRequest> = {},
) {
  return conversation.turn({ runId: 'run_1', prompt, ...more }, host);
}

/** A shell that ignores polite signals and leaves a grandchild that does too, in a session of its own; tells their pids. */
export function stubbornCommand(pidFile: string): string {
  const grandchild = `trap '' TERM; echo $$ > grandchild; while :; do sleep 1; done`;
  return `trap '' TERM; setsid sh -c "${grandchild.replaceAll('$', '\\$')}" & while [ ! -s grandchild ]; do sleep 0.05; done; echo $$ $(cat grandchild) > ${pidFile}; while :; do sleep 1; done`;
}
