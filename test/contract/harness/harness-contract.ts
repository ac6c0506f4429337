/**
 * What every harness promises, whatever agent is behind it: the same scenarios with the prompts that make this agent
 * do what a scenario needs. Scenarios beyond its declared capabilities are skipped, visibly.
 */
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type {
  Conversation,
  Harness,
  HarnessCapabilities,
  PermissionAnswer,
  RecordedProcess,
} from '../../../src/core/index.js';
import { bytesWritten, gone, isAlive, lineOf, pidsMarked } from './processes.js';
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
function stubbornCommand(pidFile: string): string {
  const grandchild = `trap '' TERM; echo $$ > grandchild; while :; do sleep 1; done`;
  return `trap '' TERM; setsid sh -c "${grandchild.replaceAll('$', '\\$')}" & while [ ! -s grandchild ]; do sleep 0.05; done; echo $$ $(cat grandchild) > ${pidFile}; while :; do sleep 1; done`;
}

export function describeHarnessContract({ name, capabilities, openHarness, prompts }: HarnessSubject): void {
  describe(`the harness contract: ${name}`, () => {
    let stage: Stage;
    beforeEach(() => {
      stage = new Stage(openHarness);
    });
    afterEach(() => stage.close());

    const { question } = prompts;

    describe('answers', () => {
      it('declares what it can do', () => {
        expect(stage.harness().capabilities).toEqual(capabilities);
      });

      it('answers a question', async () => {
        const conversation = await stage.open(stage.harness());
        const result = await ask(conversation, question.prompt);
        expect(result).toMatchObject({ outcome: 'completed', finalOutput: question.answer });
        expect(result.continuation).toEqual(expect.any(String));
      });

      it('streams deltas that join to the message, and messages of which the last is the final output', async () => {
        const conversation = await stage.open(stage.harness());
        const host = new RecordingHost();
        const result = await ask(conversation, prompts.talk, host);
        const { fromDeltas, ended } = host.said();
        expect(host.all('message_update').length).toBeGreaterThan(1);
        expect(fromDeltas).toEqual(ended);
        expect(result).toMatchObject({ outcome: 'completed', finalOutput: ended.at(-1) });
      });

      it('reports a turn from its start to its end, with the prompt as the first message', async () => {
        const conversation = await stage.open(stage.harness());
        const host = new RecordingHost();
        await ask(conversation, question.prompt, host);
        expect(host.events[0]).toMatchObject({ type: 'turn_start' });
        expect(host.events.at(-1)).toMatchObject({ type: 'turn_end' });
        expect(host.all('message_end')[0]?.message).toEqual({ role: 'user', content: question.prompt });
      });

      it('takes one turn after another in a conversation that stays open', async () => {
        const conversation = await stage.open(stage.harness());
        for (let turn = 0; turn < 5; turn += 1) {
          expect(await ask(conversation, question.prompt)).toMatchObject({ finalOutput: question.answer });
        }
      });
    });

    describe.skipIf(!capabilities.resume)('resume', () => {
      it('restores a conversation in a new process', async () => {
        const first = stage.harness();
        const { continuation = '' } = await ask(await stage.open(first), question.prompt);
        await first.close();
        const restored = await stage.open(stage.harness(), { continuation });
        const result = await ask(restored, prompts.previousQuestion);
        expect(result).toMatchObject({
          outcome: 'completed',
          finalOutput: expect.stringContaining(question.prompt),
        });
      });

      it('refuses a continuation that it does not know, and says what to do', async () => {
        const opening = stage.open(stage.harness(), { continuation: `cnv_${'0'.repeat(32)}` });
        await expect(opening).rejects.toMatchObject({
          code: 'resume_lost',
          message: expect.stringMatching(/new session.*resume "fresh"/),
        });
      });

      it('refuses a continuation that is a path', async () => {
        const opening = stage.open(stage.harness(), { continuation: '../../etc/passwd' });
        await expect(opening).rejects.toMatchObject({ code: 'resume_lost' });
      });
    });

    describe('tools', () => {
      it('runs a shell in the project, and reports output, exit code and duration', async () => {
        const conversation = await stage.open(stage.harness());
        const host = new RecordingHost();
        const result = await ask(conversation, prompts.runShell('echo one; echo two >&2; pwd; exit 3'), host);
        expect(result.outcome).toBe('completed');
        const [start] = host.all('tool_execution_start');
        const [end] = host.all('tool_execution_end');
        expect(start).toMatchObject({ toolName: expect.any(String) });
        expect(end).toMatchObject({ toolUseId: start?.toolUseId, toolName: start?.toolName, isError: true });
        expect(end?.durationMs).toBeGreaterThanOrEqual(0);
        expect(end?.result.details).toMatchObject({ exitCode: 3 });
        expect(end?.result.content).toEqual([{ type: 'text', text: `one\ntwo\n${stage.cwd}\n` }]);
      });

      it.skipIf(!capabilities.partialOutput)('reports output while the tool runs', async () => {
        const conversation = await stage.open(stage.harness());
        const host = new RecordingHost();
        const turn = ask(
          conversation,
          prompts.runShell('echo early; until [ -e go ]; do sleep 0.05; done; echo late'),
          host,
        );
        expect((await host.first('tool_execution_update')).partialOutput).toBe('early\n');
        await ask(await stage.open(stage.harness()), prompts.runShell('touch go'));
        expect(await turn).toMatchObject({ outcome: 'completed' });
        expect(host.all('tool_execution_end')[0]?.result.content).toEqual([
          { type: 'text', text: 'early\nlate\n' },
        ]);
      });

      it('gives tools a clean environment', async () => {
        const conversation = await stage.open(stage.harness());
        const host = new RecordingHost();
        await ask(conversation, prompts.runShell('env | cut -d= -f1'), host);
        const [block] = host.all('tool_execution_end')[0]?.result.content ?? [];
        const names = block?.type === 'text' ? block.text.split('\n') : [];
        expect(names).toContain('PATH');
        expect(names.filter((variable) => /VITEST|TOKEN|SECRET|NODE_ENV/.test(variable))).toEqual([]);
      });
    });

    describe('interrupt', () => {
      it('leaves no process behind, not even one that ignores signals in a session of its own, and goes on with its context', async () => {
        const conversation = await stage.open(stage.harness());
        const host = new RecordingHost();
        const prompt = prompts.runShell(stubbornCommand('pids'));
        const turn = ask(conversation, prompt, host);
        const pids = (await lineOf(stage.file('pids'))).split(' ').map(Number);
        expect(pids.map(isAlive)).toEqual([true, true]);
        host.interrupt();
        expect(await turn).toMatchObject({ outcome: 'interrupted' });
        await conversation.clearProcesses();
        expect(pids.map(isAlive)).toEqual([false, false]);
        expect(host.all('tool_execution_end')).toMatchObject([{ isError: true }]);
        const next = await ask(conversation, prompts.previousQuestion);
        expect(next).toMatchObject({ outcome: 'completed', finalOutput: expect.stringContaining('Bash') });
      });

      it('keeps what was said so far', async () => {
        const conversation = await stage.open(stage.harness());
        const host = new RecordingHost();
        const turn = ask(conversation, prompts.endless, host);
        await host.first('turn_start');
        host.interrupt();
        expect(await turn).toMatchObject({ outcome: 'interrupted', continuation: expect.any(String) });
        expect(host.events.at(-1)).toMatchObject({ type: 'turn_end' });
        const { fromDeltas, ended } = host.said();
        expect(fromDeltas).toEqual(ended);
      });

      it('before the turn begins takes no turn', async () => {
        const conversation = await stage.open(stage.harness());
        const host = new RecordingHost();
        host.interrupt();
        expect(await ask(conversation, question.prompt, host)).toMatchObject({ outcome: 'interrupted' });
        expect(host.events).toEqual([]);
      });

      it('clears the processes of one conversation and no other', async () => {
        const harness = stage.harness();
        const [one, other] = [await stage.open(harness), await stage.open(harness)];
        const [oneHost, otherHost] = [new RecordingHost(), new RecordingHost()];
        const command = (file: string) => `echo $$ > ${file}; exec sleep 1000`;
        const turns = [
          ask(one, prompts.runShell(command('one')), oneHost),
          ask(other, prompts.runShell(command('other')), otherHost),
        ];
        const [onePid, otherPid] = [
          Number(await lineOf(stage.file('one'))),
          Number(await lineOf(stage.file('other'))),
        ];
        oneHost.interrupt();
        await turns[0];
        await one.clearProcesses();
        expect([isAlive(onePid), isAlive(otherPid)]).toEqual([false, true]);
        otherHost.interrupt();
        expect(await turns[1]).toMatchObject({ outcome: 'interrupted' });
      });
    });

    describe('an end by force', () => {
      it('ends a turn that ignores interrupts and the shell that ignores signals, and no other conversation', async () => {
        const harness = stage.harness();
        const [deaf, other] = [await stage.open(harness), await stage.open(harness)];
        const host = new RecordingHost();
        const turn = ask(deaf, prompts.deaf('echo $$ > deaf; while :; do sleep 1; done'), host);
        const pid = Number(await lineOf(stage.file('deaf')));
        host.interrupt();
        // The agent has read the interrupt when it has answered what was asked after it.
        expect(await ask(other, question.prompt)).toMatchObject({ finalOutput: question.answer });
        expect(isAlive(pid)).toBe(true);
        await deaf.terminate();
        expect(isAlive(pid)).toBe(false);
        expect((await turn).outcome).not.toBe('completed');
        await deaf.ended;
        expect(await ask(other, question.prompt)).toMatchObject({ finalOutput: question.answer });
      });

      it('kills an agent that does not react at all', async () => {
        const conversation = await stage.open(stage.harness());
        const host = new RecordingHost();
        const turn = ask(conversation, prompts.runShell('echo $$ > tool; exec sleep 1000'), host);
        const toolPid = Number(await lineOf(stage.file('tool')));
        const [agent] = stage.place.ledger.processes;
        process.kill(agent?.pid ?? 0, 'SIGSTOP');
        await conversation.terminate();
        expect([isAlive(toolPid), isAlive(agent?.pid ?? 0)]).toEqual([false, false]);
        expect(await turn).toMatchObject({ outcome: 'failed' });
        await conversation.ended;
      });

      it('takes no further turn', async () => {
        const conversation = await stage.open(stage.harness());
        await conversation.terminate();
        await conversation.close();
        expect(await ask(conversation, question.prompt)).toMatchObject({ outcome: 'failed' });
      });
    });

    describe.skipIf(!capabilities.permissions)('permissions', () => {
      const answers: [PermissionAnswer, boolean][] = [
        [{ decision: 'deny', message: 'not on a Friday' }, false],
        [{ decision: 'allow' }, true],
      ];
      it.each(answers)('%j decides whether the tool runs', async (answer, runs) => {
        const conversation = await stage.open(stage.harness());
        const host = new RecordingHost({ answer: () => answer });
        const result = await ask(conversation, prompts.runShellAsking('touch approved.txt'), host);
        expect(result.outcome).toBe('completed');
        expect(host.asked).toMatchObject([{ toolUseId: host.all('tool_execution_start')[0]?.toolUseId }]);
        expect(host.all('tool_execution_end')).toMatchObject([{ isError: !runs }]);
        expect(existsSync(stage.file('approved.txt'))).toBe(runs);
      });

      it('an interrupt ends a turn that waits for an answer', async () => {
        const conversation = await stage.open(stage.harness());
        const host = new RecordingHost();
        const turn = ask(conversation, prompts.runShellAsking('touch approved.txt'), host);
        await host.until(({ asked }) => asked[0]);
        host.interrupt();
        expect(await turn).toMatchObject({ outcome: 'interrupted' });
        expect(existsSync(stage.file('approved.txt'))).toBe(false);
        expect(await ask(conversation, question.prompt)).toMatchObject({ finalOutput: question.answer });
      });
    });

    describe('when its agent fails', () => {
      it('killed from outside: the turn fails, nothing is left, and the conversation can be opened again', async () => {
        const harness = stage.harness();
        const conversation = await stage.open(harness);
        const { continuation = '' } = await ask(conversation, question.prompt);
        const turn = ask(conversation, prompts.runShell('echo $$ > tool; exec sleep 1000'));
        const toolPid = Number(await lineOf(stage.file('tool')));
        process.kill(stage.place.ledger.processes[0]?.pid ?? 0, 'SIGKILL');
        expect(await turn).toMatchObject({ outcome: 'failed', error: { code: 'agent_died' } });
        await conversation.ended;
        expect(isAlive(toolPid)).toBe(false);
        const restored = await stage.open(harness, { continuation });
        expect(await ask(restored, prompts.previousQuestion)).toMatchObject({ outcome: 'completed' });
      });

      it('exiting by itself: the exit code is known', async () => {
        const conversation = await stage.open(stage.harness());
        expect(await ask(conversation, prompts.crash(7))).toMatchObject({
          outcome: 'failed',
          error: { code: 'agent_died', message: expect.stringContaining('7') },
        });
        expect(await conversation.ended).toEqual({ exitCode: 7 });
      });

      it('writing garbage: the turn fails with a clear reason, and the next conversation works', async () => {
        const harness = stage.harness();
        const conversation = await stage.open(harness);
        expect(await ask(conversation, prompts.garbage)).toMatchObject({
          outcome: 'failed',
          error: { code: 'harness_failed', message: expect.stringContaining('protocol') },
        });
        await conversation.ended;
        const next = await stage.open(harness);
        expect(await ask(next, question.prompt)).toMatchObject({ finalOutput: question.answer });
      });
    });

    describe('many conversations', () => {
      it('one that hangs does not disturb another', async () => {
        const harness = stage.harness();
        const [hanging, other] = [await stage.open(harness), await stage.open(harness)];
        const host = new RecordingHost();
        const turn = ask(hanging, prompts.endless, host);
        await host.first('turn_start');
        expect(await ask(other, question.prompt)).toMatchObject({ finalOutput: question.answer });
        host.interrupt();
        expect(await turn).toMatchObject({ outcome: 'interrupted' });
      });

      it('one whose log is slow is held back at its agent, delivers everything in the end, and disturbs no other', async () => {
        const floodBytes = 20 * 1024 * 1024;
        const heldBytesMax = 4 * 1024 * 1024;
        const harness = stage.harness();
        const [flooding, other] = [await stage.open(harness), await stage.open(harness)];
        let openGate: () => void = () => undefined;
        const gate = new Promise<void>((resolve) => {
          openGate = resolve;
        });
        let [bytes, emitting] = [0, 0];
        const host = new RecordingHost({
          room: () => gate.finally(() => emitting--),
          onEvents: (events) => {
            emitting += 1;
            expect(emitting).toBe(1);
            for (const event of events)
              if (event.type === 'message_update') bytes += event.textDelta?.length ?? 0;
          },
        });
        const agentPid = stage.place.ledger.processes[0]?.pid ?? 0;
        const writtenBefore = bytesWritten(agentPid);
        const turn = ask(flooding, prompts.flood(floodBytes), host);
        await host.until(() => (bytes > 0 ? true : undefined));
        // Each answer is a round through the same agent, which could have gone on flooding meanwhile.
        for (let round = 0; round < 200; round += 1) await ask(other, question.prompt);
        expect(bytesWritten(agentPid) - writtenBefore).toBeLessThan(heldBytesMax);
        openGate();
        expect(await turn).toMatchObject({ outcome: 'completed' });
        expect(bytes).toBe(floodBytes);
      });
    });

    describe('close', () => {
      it('of a conversation keeps its continuation', async () => {
        const harness = stage.harness();
        const conversation = await stage.open(harness);
        const { continuation = '' } = await ask(conversation, question.prompt);
        await Promise.all([conversation.close(), conversation.close()]);
        await conversation.ended;
        const restored = await stage.open(harness, { continuation });
        expect(await ask(restored, prompts.previousQuestion)).toMatchObject({
          finalOutput: expect.stringContaining(question.prompt),
        });
      });

      it('of the harness leaves no process, however busy it was', async () => {
        const harness = stage.harness();
        const conversation = await stage.open(harness);
        const turn = ask(conversation, prompts.runShell(stubbornCommand('pids')));
        const pids = (await lineOf(stage.file('pids'))).split(' ').map(Number);
        const agentPid = stage.place.ledger.processes[0]?.pid ?? 0;
        await Promise.all([harness.close(), harness.close()]);
        expect([...pids, agentPid].map(isAlive)).toEqual([false, false, false]);
        expect(pidsMarked(stage.place.serverMark)).toEqual([]);
        expect((await turn).outcome).not.toBe('completed');
        await conversation.ended;
        await gone(agentPid);
      });

      it('opens nothing any more', async () => {
        const harness = stage.harness();
        await harness.close();
        await expect(stage.open(harness)).rejects.toMatchObject({ code: 'harness_unavailable' });
      });
    });
  });
}
