/** How a turn is stopped: politely with its context kept, or by force; and that nothing of it runs on. */
import { describe, expect, it } from 'vitest';
import { isAlive, lineOf } from './processes.js';
import { RecordingHost } from './recording-host.js';
import { ask, type Stage, stubbornCommand } from './stage.js';
import { type HarnessSubject, itWith } from './subject.js';

export function describeCancel({ prompts }: HarnessSubject, stage: () => Stage): void {
  const { question } = prompts;

  describe('interrupt', () => {
    it('leaves no process behind, not even one that ignores signals in a session of its own, and goes on with its context', async () => {
      const conversation = await stage().open(stage().harness());
      const host = new RecordingHost();
      const prompt = prompts.runShell(stubbornCommand('pids'));
      const turn = ask(conversation, prompt, host);
      const pids = (await lineOf(stage().file('pids'))).split(' ').map(Number);
      expect(pids.map(isAlive)).toEqual([true, true]);
      // Some agents tell of a tool only when it has run for a moment.
      await host.first('tool_execution_start');
      host.interrupt();
      expect(await turn).toMatchObject({ outcome: 'interrupted' });
      await conversation.clearProcesses();
      expect(pids.map(isAlive)).toEqual([false, false]);
      expect(host.all('tool_execution_end')).toMatchObject([{ isError: true }]);
      const next = await ask(conversation, prompts.previousQuestion);
      expect(next).toMatchObject({
        outcome: 'completed',
        finalOutput: expect.stringContaining('grandchild'),
      });
    });

    it('keeps what was said so far', async () => {
      const conversation = await stage().open(stage().harness());
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
      const conversation = await stage().open(stage().harness());
      const host = new RecordingHost();
      host.interrupt();
      expect(await ask(conversation, question.prompt, host)).toMatchObject({ outcome: 'interrupted' });
      expect(host.events).toEqual([]);
    });

    it('clears the processes of one conversation and no other', async () => {
      const harness = stage().harness();
      const [one, other] = [await stage().open(harness), await stage().open(harness)];
      const [oneHost, otherHost] = [new RecordingHost(), new RecordingHost()];
      const command = (file: string) => `echo $$ > ${file}; exec sleep 1000`;
      const turns = [
        ask(one, prompts.runShell(command('one')), oneHost),
        ask(other, prompts.runShell(command('other')), otherHost),
      ];
      const [onePid, otherPid] = [
        Number(await lineOf(stage().file('one'))),
        Number(await lineOf(stage().file('other'))),
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
    itWith(
      prompts.deaf,
      'ends a turn and a shell that ignore signals, and no other conversation',
      async (deafTo) => {
        const harness = stage().harness();
        const [deaf, other] = [await stage().open(harness), await stage().open(harness)];
        const host = new RecordingHost();
        const turn = ask(deaf, deafTo('echo $$ > deaf; while :; do sleep 1; done'), host);
        const pid = Number(await lineOf(stage().file('deaf')));
        host.interrupt();
        // The agent has read the interrupt when it has answered what was asked after it.
        expect(await ask(other, question.prompt)).toMatchObject({ finalOutput: question.answer });
        expect(isAlive(pid)).toBe(true);
        await deaf.terminate();
        expect(isAlive(pid)).toBe(false);
        expect((await turn).outcome).not.toBe('completed');
        await deaf.ended;
        expect(await ask(other, question.prompt)).toMatchObject({ finalOutput: question.answer });
      },
    );

    it('kills an agent that does not react at all', async () => {
      const conversation = await stage().open(stage().harness());
      const host = new RecordingHost();
      const turn = ask(conversation, prompts.runShell('echo $$ > tool; exec sleep 1000'), host);
      const toolPid = Number(await lineOf(stage().file('tool')));
      const { agentPid } = stage();
      process.kill(agentPid, 'SIGSTOP');
      await conversation.terminate();
      expect([isAlive(toolPid), isAlive(agentPid)]).toEqual([false, false]);
      expect(await turn).toMatchObject({ outcome: 'failed' });
      await conversation.ended;
    });

    it('takes no further turn', async () => {
      const conversation = await stage().open(stage().harness());
      await conversation.terminate();
      await conversation.close();
      expect(await ask(conversation, question.prompt)).toMatchObject({ outcome: 'failed' });
    });
  });
}
