/** What every chapter of the contract works with: a server somewhere, a client that checks it, and a project. */
import { mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { Permission, RouteResponse, Run, RunStatus } from '../../../src/contract/index.js';
import { type CallOptions, type Endpoint, HttpClient, pathOf } from '../../support/http-client.js';
import { until } from '../../support/processes.js';
import { SseReader, type StreamOptions } from '../../support/sse-reader.js';

export interface ContractServer {
  baseUrl: string;
  token: string;
  /** A folder that the server sees too; without it a temporary one of this machine. */
  projectRoot?: string;
  stop(): Promise<void>;
  /** How it is spoken to; over plain HTTP where nothing is said. */
  speak?(endpoint: Endpoint): HttpClient;
}

export interface Project {
  projectId: string;
  root: string;
}

export interface Started {
  runId: string;
  sessionId: string;
}

/** A file that a script waits for. */
export interface Gate {
  step: { waitFor: string };
  open(): void;
}

let lastNumber = 0;

/** Unlike any other of this test run. */
export function fresh(prefix: string): string {
  lastNumber += 1;
  return `${prefix}-${process.pid}-${lastNumber}`;
}

/** A prompt that the built-in agent runs step by step. */
export function script(...steps: readonly unknown[]): string {
  return JSON.stringify({ script: steps });
}

export class World {
  readonly client: HttpClient;
  private readonly folders: string[] = [];
  private readonly readers: SseReader[] = [];

  private constructor(
    readonly server: ContractServer,
    readonly project: Project,
  ) {
    this.client = server.speak?.(server) ?? new HttpClient(server);
  }

  static async enter(server: ContractServer): Promise<World> {
    const root = realpathSync(server.projectRoot ?? mkdtempSync(join(tmpdir(), 'quarterdeck-contract-')));
    const project = { projectId: fresh('contract'), root };
    const world = new World(server, project);
    if (server.projectRoot === undefined) world.folders.push(root);
    await world.client.ask('createProject', { body: project });
    return world;
  }

  /** Nothing may be left behind: not a run, a stream or a wait. */
  async leave(): Promise<void> {
    try {
      for (const reader of this.readers) reader.close();
      await until('no run is active and no stream is open', async () => {
        const { activeRuns, openStreams } = await this.client.ask('getStatus');
        return activeRuns === 0 && openStreams === 0;
      });
    } finally {
      this.client.close();
      await this.server.stop();
      for (const folder of this.folders) rmSync(folder, { recursive: true, force: true });
    }
  }

  folder(): string {
    const folder = realpathSync(mkdtempSync(join(tmpdir(), 'quarterdeck-contract-')));
    this.folders.push(folder);
    return folder;
  }

  async newProject(): Promise<Project> {
    const project = { projectId: fresh('project'), root: this.folder() };
    await this.client.ask('createProject', { body: project });
    return project;
  }

  gate({ root }: Project = this.project): Gate {
    const name = fresh('gate');
    return { step: { waitFor: name }, open: () => writeFileSync(join(root, name), '') };
  }

  async newSession({ projectId }: Project = this.project): Promise<string> {
    return (await this.client.ask('createSession', { body: { projectId } })).sessionId;
  }

  /** Queues a prompt, on a new session unless one is named. */
  start(prompt: string, sessionId?: string, more: object = {}): Promise<Started> {
    const session = sessionId === undefined ? { policy: 'new' } : { policy: 'resume', sessionId };
    const body = { projectId: this.project.projectId, prompt, session, ...more };
    return this.client.ask('createRun', { body });
  }

  run(runId: string): Promise<Run> {
    return this.client.ask('getRun', { params: { runId } });
  }

  /** The run's outcome once it has ended, which must be the expected one. */
  async ended(runId: string, expected: RunStatus = 'completed'): Promise<RouteResponse<'waitForRun'>> {
    const outcome = await this.client.ask('waitForRun', { params: { runId }, query: { timeoutMs: 45_000 } });
    expect(outcome, JSON.stringify(outcome)).toMatchObject({ runId, status: expected });
    expect(outcome.timedOut).toBeUndefined();
    return outcome;
  }

  /** Queues a prompt and sees it through. */
  async complete(prompt: string, sessionId?: string): Promise<Started & { finalOutput: string }> {
    const started = await this.start(prompt, sessionId);
    const { finalOutput = '' } = await this.ended(started.runId);
    return { ...started, finalOutput };
  }

  reaches(runId: string, status: RunStatus): Promise<Run> {
    return until(`run ${runId} is ${status}`, async () => {
      const run = await this.run(runId);
      return run.status === status && run;
    });
  }

  /** A run that is `running` until its gate opens. */
  async hold(sessionId?: string): Promise<Started & { gate: Gate }> {
    const gate = this.gate();
    const started = await this.start(script({ say: 'holding' }, gate.step, { say: 'let go' }), sessionId);
    await this.reaches(started.runId, 'running');
    return { ...started, gate };
  }

  /** The permission that a run waits for. */
  asked(runId: string): Promise<Permission> {
    return until(`run ${runId} asks for permission`, async () => {
      const { permissions } = await this.client.ask('listPermissions', {
        query: { status: 'pending', limit: 500 },
      });
      return permissions.find((one) => one.runId === runId);
    });
  }

  events(
    options: Required<Pick<CallOptions, 'params'>> & CallOptions,
  ): Promise<RouteResponse<'listRunEvents'>> {
    const name = 'runId' in options.params ? 'listRunEvents' : 'listSessionEvents';
    return this.client.ask(name, options);
  }

  streamSession(sessionId: string, query: Record<string, string | number> = {}, options: StreamOptions = {}) {
    return this.stream('/admin/sessions/:id/events/stream', sessionId, query, options);
  }

  streamRun(runId: string, query: Record<string, string | number> = {}, options: StreamOptions = {}) {
    return this.stream('/admin/runs/:id/events/stream', runId, query, options);
  }

  private async stream(
    path: string,
    id: string,
    query: Record<string, string | number>,
    options: StreamOptions,
  ): Promise<SseReader> {
    const reader = await SseReader.open(this.server, pathOf({ path }, { id }, query), options);
    this.readers.push(reader);
    return reader;
  }
}

/** How a chapter gets at its world, which is there once its tests run. */
export type InWorld = () => World;
