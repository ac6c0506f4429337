/**
 * What a user gets who names a real agent in `asp-targets.toml`, seen through the real server: the runbook as it stands,
 * and what a test of the adapter alone cannot see (permissions by people, a server that dies, an agent that is killed).
 */
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ErrorCode, HarnessName, RunStatus } from '../../src/contract/index.js';
import { fresh, type World } from '../contract/http/world.js';
import { Program } from '../fault/program.js';
import { type AgentWorld, createAgentWorld } from '../support/agent-worlds.js';
import { readSteps, Shell } from '../support/commands.js';
import { listProcesses, processesMarked, processesNamed, signalAll, until } from '../support/processes.js';
import { type AgentName, describeWithAgent } from '../support/real-agents.js';
import { type ScriptedModel, startScriptedModel } from '../support/scripted-model/index.js';
import { root } from '../support/server-process.js';

export interface ServedAgent {
  name: AgentName;
  harness: HarnessName;
  /** The agent's own table of a target, without its heading. */
  table(world: AgentWorld): string;
  /** Prompts that make the model fail, with the code of the run's error. */
  failures?: readonly (readonly [prompt: string, code: ErrorCode])[];
  /** A model that has had enough cannot be told from one that fails. */
  hidesUsageLimits?: boolean;
}

const usualFailures: NonNullable<ServedAgent['failures']> = [['Fail with 500', 'model_failed']];

export function describeServedAgent(agent: ServedAgent): void {
  describeWithAgent(agent.name, (installed) => {
    const stage = new Stage(agent, dirname(installed));
    beforeAll(() => stage.begin());
    afterAll(() => stage.end());
    describeRunbook(stage);
    describeForks(stage, agent.harness);
    describePermissions(stage);
    describeSteering(stage, agent.harness);
    describeDeaths(stage);
    describeFailures(stage, agent.failures ?? usualFailures);
    if (agent.hidesUsageLimits !== true) describeUsageLimit(stage);
  });
}

/** A server whose project has the agent behind two targets, and a model for it to talk to. */
class Stage {
  private readonly folder = mkdtempSync(join(tmpdir(), 'quarterdeck-agent-'));
  private model: ScriptedModel | undefined;
  private started: Program | undefined;

  constructor(
    private readonly agent: ServedAgent,
    private readonly agentsDir: string,
  ) {}

  get program(): Program {
    if (this.started === undefined) throw new Error('the server has not been started');
    return this.started;
  }

  get world(): World {
    return this.program.world;
  }

  async begin(): Promise<void> {
    this.model = await startScriptedModel();
    const agentHome = join(this.folder, 'home');
    mkdirSync(agentHome);
    const agentWorld = createAgentWorld(this.agent.name, this.model.url, agentHome);
    this.started = await Program.start(['--agents-dir', this.agentsDir]);
    const file = join(this.world.project.root, 'asp-targets.toml');
    writeFileSync(file, this.targetsFile(agentWorld));
    await this.world.client.ask('updateProject', {
      params: { projectId: this.world.project.projectId },
      body: { defaultTarget: 'smokey' },
    });
  }

  async end(): Promise<void> {
    if (this.started !== undefined) {
      // The last look at what is left is made with the built-in agent.
      rmSync(join(this.world.project.root, 'asp-targets.toml'), { force: true });
      const params = { projectId: this.world.project.projectId };
      await this.world.client.ask('updateProject', { params, body: { defaultTarget: null } });
      await this.started.leave();
    }
    await this.model?.close();
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 5 });
  }

  /** `smokey` asks nobody, `asking` asks for everything. */
  private targetsFile(agentWorld: AgentWorld): string {
    const { name, harness, table } = this.agent;
    const env = Object.entries(agentWorld.env)
      .map(([key, value]) => `${key} = ${JSON.stringify(value)}`)
      .join(', ');
    const target = (id: string, policy: string) => `
[targets.${id}]
description = "The real ${name}"
harness = "${harness}"
env = { ${env} }
${policy}

[targets.${id}.${harness}]
${table(agentWorld)}
`;
    return `schema = 1\n${target('smokey', 'yolo = true')}${target('asking', 'permissions = { mode = "ask" }')}`;
  }
}

const untilRunning =
  'until curl -s "$BASE/admin/runs/$CANCEL_RUN_ID" -H "$TOKEN" | grep -q \'"status":"running"\'; do sleep 0.1; done';

function describeRunbook(stage: Stage): void {
  const page = readFileSync(join(root, 'docs/runbook.md'), 'utf8');

  describe('the runbook', () => {
    let shell: Shell;
    beforeAll(() => {
      shell = new Shell();
    });
    afterAll(() => shell.stop());

    it.each(readSteps(page))('does what it says: $title', async ({ commands }) => {
      const { server, project } = stage.world;
      for (const command of commands) {
        const text = command.text
          .replaceAll('http://127.0.0.1:18420', server.baseUrl)
          .replaceAll('PROJECT="rex"', `PROJECT="${project.projectId}"`)
          // Some agents take longer to start than the reader of the page is told to wait.
          .replaceAll('sleep 5\n', `${untilRunning}\n`);
        await shell.follow({ ...command, text });
      }
    });
  });
}

function describeForks(stage: Stage, harness: HarnessName): void {
  const previous = 'What was my previous question?';

  it('a fork goes on from the run that it was made at, and its source from its own', async () => {
    const { client } = stage.world;
    const { harnesses } = await client.ask('listHarnesses');
    const can = harnesses.find(({ name }) => name === harness)?.capabilities.fork;
    const first = await stage.world.complete('What is 2+2? Answer with just the number.');
    const { sessionId } = first;
    const params = { sessionId };
    const early = await client.ask('forkSession', { params, body: {} });
    // What can only be copied as it is now is copied before the source goes on.
    const asked = can === 'latest' ? await stage.world.complete(previous, early.sessionId) : undefined;
    await stage.world.complete('Hello', sessionId);
    const { runId, finalOutput } = asked ?? (await stage.world.complete(previous, early.sessionId));
    expect(finalOutput).toContain('2+2');
    const forkedFrom = { sessionId, runId: first.runId };
    expect((await stage.world.run(runId)).resume).toMatchObject({ mode: 'native', forkedFrom });
    expect((await stage.world.complete(previous, sessionId)).finalOutput).toContain('Hello');
  });
}

const touch = (file: string) => `Use Bash to run: touch ${file}`;

/** In a session whose agent asks before it uses a tool, new unless one is named. */
function beginAsking({ world }: Stage, prompt: string, sessionId?: string) {
  const { projectId } = world.project;
  const session =
    sessionId === undefined ? { policy: 'new', aspTargetName: 'asking' } : { policy: 'resume', sessionId };
  return world.client.ask('createRun', { body: { projectId, prompt, session } });
}

function describePermissions(stage: Stage): void {
  const made = (file: string) => existsSync(join(stage.world.project.root, file));
  const begin = (prompt: string, sessionId?: string) => beginAsking(stage, prompt, sessionId);
  const decide = async (runId: string, decision: 'allow' | 'deny' | 'always_allow') => {
    const { requestId } = await stage.world.asked(runId);
    expect((await stage.world.run(runId)).status).toBe('awaiting_permission');
    await stage.world.client.ask('decidePermission', { params: { requestId }, body: { decision } });
    await stage.world.ended(runId);
  };

  it('asks a person: what is denied does not run, what is allowed does, and what is always allowed is asked no more', async () => {
    const denied = fresh('denied');
    const first = await begin(touch(denied));
    await decide(first.runId, 'deny');
    expect(made(denied)).toBe(false);

    const allowed = fresh('allowed');
    const second = await begin(touch(allowed), first.sessionId);
    await decide(second.runId, 'allow');
    expect(made(allowed)).toBe(true);

    const always = fresh('always');
    const third = await begin(touch(always), first.sessionId);
    await decide(third.runId, 'always_allow');
    expect(made(always)).toBe(true);

    const unasked = fresh('unasked');
    const fourth = await begin(touch(unasked), first.sessionId);
    await stage.world.ended(fourth.runId);
    expect(made(unasked)).toBe(true);
    const { events } = await stage.world.events({
      params: { runId: fourth.runId },
      query: { types: 'permission_decision' },
    });
    // Some agents remember the answer themselves and do not come back with the question.
    expect(events.map(({ event }) => event)).toEqual(
      events.map(() => expect.objectContaining({ decision: 'allow', source: 'rule' })),
    );
  });
}

function describeSteering(stage: Stage, harness: HarnessName): void {
  it('a text that is sent to a turn under way is answered in it, or waits for its turn where the agent cannot', async () => {
    const { client, project } = stage.world;
    const { harnesses } = await client.ask('listHarnesses');
    const can = harnesses.find(({ name }) => name === harness)?.capabilities.steer === true;
    const [begun, go] = [fresh('begun'), fresh('go')];
    const file = (name: string) => join(project.root, name);
    const loop = `touch ${begun}; until [ -e ${go} ]; do sleep 0.1; done`;
    const { runId, sessionId } = await stage.world.start(`Use Bash to run: ${loop}`);
    await until('the tool runs', () => existsSync(file(begun)));
    const steering = stage.world.start('Also say pineapple', sessionId, { delivery: 'steer' });
    await until('the text is on its way', async () => {
      const types = can ? 'run_steering' : 'run_queued';
      const { total } = await stage.world.events({ params: { sessionId }, query: { types } });
      return total === (can ? 1 : 2);
    });
    writeFileSync(file(go), '');
    const steered = await steering;
    const outcome = await stage.world.ended(runId);
    const own = await stage.world.ended(steered.runId);
    const { injectedInto } = await stage.world.run(steered.runId);
    expect(injectedInto).toBe(can ? runId : undefined);
    expect((can ? outcome : own).finalOutput).toContain('pineapple');
  });
}

function describeDeaths(stage: Stage): void {
  const question = 'What is 2+2? Answer with just the number.';
  /** A session that has been asked something, and works with a shell now. */
  const work = async () => {
    const name = fresh('at-work');
    const { sessionId } = await stage.world.complete(question);
    const loop = `while :; do sleep 1; : ${name}; done`;
    const { runId } = await stage.world.start(`Use Bash to run: ${loop}`, sessionId);
    await until('the tool runs', () => processesNamed(name).length > 0);
    return { sessionId, runId, name };
  };
  const goOn = async ({ sessionId, runId, name }: Awaited<ReturnType<typeof work>>, code: string) => {
    const status: RunStatus = 'failed';
    expect((await stage.world.ended(runId, status)).error?.code).toBe(code);
    await until('nothing of the tool is left', () => processesNamed(name).length === 0);
    const next = await stage.world.complete('What was my previous question?', sessionId);
    expect(next.finalOutput).toContain('Bash');
    expect((await stage.world.run(next.runId)).resume?.mode).toBe('native');
  };

  it('an agent that is killed fails its run, leaves nothing, and its session goes on with its context', async () => {
    const at = await work();
    const [server = '', agent = ''] = (await markOf(at.name)).split('/');
    const mark = `${server}/${agent}`;
    // The death of one takes others along, and the tool's own `sleep`s come and go.
    const ofAgent = processesMarked(mark).filter(({ command }) => !command.includes(at.name));
    signalAll(ofAgent, 'SIGKILL');
    await goOn(at, 'agent_died');
  });

  it('a server that is killed fails its run at the next start, leaves nothing, and the session goes on with its context', async () => {
    const at = await work();
    const [mark = ''] = (await markOf(at.name)).split('/');
    await stage.program.kill();
    await stage.program.startAgain();
    expect(processesMarked(mark)).toEqual([]);
    await goOn(at, 'interrupted_by_restart');
  });

  it('a server that is killed asks its agent to go on at the next start, where the project wants that', async () => {
    const params = { projectId: stage.world.project.projectId };
    await stage.world.client.ask('updateProject', { params, body: { onRestart: 'continue' } });
    const name = fresh('gate');
    const { sessionId } = await stage.world.complete(question);
    const { runId } = await stage.world.start(
      `Use Bash to run: until [ -e ${name} ]; do sleep 0.2; done; echo let-go`,
      sessionId,
    );
    await until('the tool runs', () => processesNamed(name).length > 0);
    await stage.program.kill();
    await stage.program.startAgain();
    writeFileSync(join(stage.world.project.root, name), '');
    expect((await stage.world.ended(runId)).finalOutput).toContain('let-go');
    expect((await stage.world.run(runId)).resume?.mode).toBe('native');
    const { events } = await stage.world.events({ params: { runId }, query: { types: 'message_end' } });
    expect(JSON.stringify(events)).toContain('the server that runs you was restarted');
    await stage.world.client.ask('updateProject', { params, body: { onRestart: 'fail' } });
  });

  it('a server that is killed while a person is asked closes the request, and runs nothing', async () => {
    const file = fresh('unanswered');
    const { runId, sessionId } = await beginAsking(stage, touch(file));
    const { requestId } = await stage.world.asked(runId);
    await stage.program.kill();
    await stage.program.startAgain();
    expect((await stage.world.ended(runId, 'failed')).error?.code).toBe('interrupted_by_restart');
    const decisions = { params: { runId }, query: { types: 'permission_decision' } };
    const { events } = await stage.world.events(decisions);
    expect(events).toMatchObject([{ event: { requestId, decision: 'deny', source: 'restart' } }]);
    const late = { params: { requestId }, body: { decision: 'allow' } };
    const { code } = await stage.world.client.refused('decidePermission', late);
    expect(code).toBe('permission_already_decided');
    expect(existsSync(join(stage.world.project.root, file))).toBe(false);
    expect((await stage.world.complete('Hello', sessionId)).finalOutput).toContain('Hello');
  });

  it('an agent that hangs is ended with all that it started when its run is cancelled, and its session goes on with its context', async () => {
    const at = await work();
    const mark = await markOf(at.name);
    const hung = processesMarked(mark.split('/').slice(0, 2).join('/'));
    const ofAgent = hung.filter(({ command }) => !command.includes(at.name));
    signalAll(ofAgent, 'SIGSTOP');
    await stage.world.client.ask('cancelRun', { params: { runId: at.runId } });
    await stage.world.ended(at.runId, 'cancelled');
    expect(processesNamed(at.name)).toEqual([]);
    expect(hung.filter(({ pid }) => isAlive(pid))).toEqual([]);
    const next = await stage.world.complete('What was my previous question?', at.sessionId);
    expect(next.finalOutput).toContain('Bash');
  });
}

function describeFailures(stage: Stage, failures: NonNullable<ServedAgent['failures']>): void {
  it.each(failures)(
    'a model that answers "%s" fails the run with %s, and the session goes on',
    async (prompt, code) => {
      const { runId, sessionId } = await stage.world.start(prompt);
      const { error } = await stage.world.ended(runId, 'failed');
      expect(error).toMatchObject({ code, message: expect.any(String) });
      expect(await stage.world.complete('Hello', sessionId)).toMatchObject({
        finalOutput: expect.stringContaining('Hello'),
      });
    },
  );
}

function describeUsageLimit(stage: Stage): void {
  it('a model that has had enough parks the run, which goes on later in the same context', async () => {
    const { runId, sessionId } = await stage.world.start('Fail with 429');
    const { parked } = await stage.world.reaches(runId, 'parked');
    expect(parked).toMatchObject({ reason: 'usage_limit', resumesAt: expect.any(Number) });
    await stage.world.client.ask('resumeRun', { params: { runId } });
    await until('the model was asked again', async () => {
      const { events } = await stage.world.events({ params: { runId }, query: { types: 'run_parked' } });
      return events.length === 2;
    });
    await stage.world.client.ask('cancelRun', { params: { runId } });
    expect(await stage.world.complete('Hello', sessionId)).toMatchObject({
      finalOutput: expect.stringContaining('Hello'),
    });
  });
}

/** Of the agent that runs a tool whose command line has this name; a program that just begins has no environment yet. */
function markOf(name: string): Promise<string> {
  return until('the tool carries a mark', () => processesNamed(name).find(({ mark }) => mark)?.mark);
}

function isAlive(pid: number): boolean {
  return listProcesses().some((one) => one.pid === pid);
}
