/** What happens when the agent fails, and when the model behind it does. */
import { describe, expect, it } from 'vitest';
import { isAlive, lineOf } from './processes.js';
import { ask, type Stage } from './stage.js';
import { type HarnessSubject, itWith } from './subject.js';

export function describeFailures(subject: HarnessSubject, stage: () => Stage): void {
  const { prompts, promises = {}, openGarbling } = subject;
  const { question } = prompts;

  describe('when its agent fails', () => {
    it('killed from outside: the turn fails, nothing is left, and the conversation can be opened again', async () => {
      const harness = stage().harness();
      const conversation = await stage().open(harness);
      const { continuation = '' } = await ask(conversation, question.prompt);
      const turn = ask(conversation, prompts.runShell('echo $$ > tool; exec sleep 1000'));
      const toolPid = Number(await lineOf(stage().file('tool')));
      process.kill(stage().agentPid, 'SIGKILL');
      expect(await turn).toMatchObject({ outcome: 'failed', error: { code: 'agent_died' } });
      expect(await conversation.ended).toEqual({ processExited: true });
      expect(isAlive(toolPid)).toBe(false);
      const restored = await stage().open(harness, { continuation });
      expect(await ask(restored, prompts.previousQuestion)).toMatchObject({ outcome: 'completed' });
    });

    itWith(prompts.crash, 'exiting by itself: the exit code is known', async (crash) => {
      const conversation = await stage().open(stage().harness());
      expect(await ask(conversation, crash(7))).toMatchObject({
        outcome: 'failed',
        error: { code: 'agent_died', message: expect.stringContaining('7') },
      });
      expect(await conversation.ended).toEqual({ processExited: true, exitCode: 7 });
    });

    itWith(
      prompts.garbage,
      'writing garbage: the turn fails, and the next conversation works',
      async (garbage) => {
        const harness = stage().harness(openGarbling);
        const conversation = await stage().open(harness);
        expect(await ask(conversation, garbage)).toMatchObject({
          outcome: 'failed',
          error: { code: 'harness_failed', message: expect.stringContaining('protocol') },
        });
        await conversation.ended;
        const next = await stage().open(harness);
        expect(await ask(next, question.prompt)).toMatchObject({ finalOutput: question.answer });
      },
    );
  });

  describe('when its model fails', () => {
    itWith(prompts.failModel, 'the turn fails, and the conversation goes on', async (failModel) => {
      const conversation = await stage().open(stage().harness());
      await ask(conversation, prompts.talk);
      expect(await ask(conversation, failModel)).toMatchObject({
        outcome: 'failed',
        error: { code: 'model_failed', message: expect.any(String) },
        continuation: expect.any(String),
      });
      expect(await ask(conversation, question.prompt)).toMatchObject({
        outcome: 'completed',
        finalOutput: question.answer,
      });
    });

    itWith(
      prompts.reachLimit,
      'at a usage limit: it is said, and until when where the agent tells',
      async (reachLimit) => {
        const conversation = await stage().open(stage().harness());
        const result = await ask(conversation, reachLimit);
        expect(result).toMatchObject({ outcome: 'failed', error: { code: 'usage_limit_reached' } });
        const resumesAt = result.outcome === 'failed' ? result.error.resumesAt : undefined;
        if (promises.resumesAt) expect(resumesAt).toBeGreaterThan(Date.now());
        expect(await ask(conversation, question.prompt)).toMatchObject({ finalOutput: question.answer });
      },
    );
  });
}
