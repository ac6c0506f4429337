/** Whether a tool runs is for somebody else to say. */
import { existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { PermissionAnswer } from '../../../src/core/index.js';
import { RecordingHost } from './recording-host.js';
import { ask, type Stage } from './stage.js';
import { type HarnessSubject, itWith } from './subject.js';

export function describePermissions(subject: HarnessSubject, stage: () => Stage): void {
  const { capabilities, prompts, promises = {} } = subject;
  const { question } = prompts;

  describe.skipIf(!capabilities.permissions)('permissions', () => {
    const answers: [PermissionAnswer, boolean][] = [
      [{ decision: 'deny', message: 'not on a Friday' }, false],
      [{ decision: 'allow' }, true],
    ];
    it.each(answers)('%j decides whether the tool runs', async (answer, runs) => {
      const conversation = await stage().open(stage().harness(), { asking: true });
      const host = new RecordingHost({ answer: () => answer });
      const result = await ask(conversation, prompts.runShellAsking('touch approved.txt'), host);
      expect(result.outcome).toBe('completed');
      expect(host.asked).toMatchObject([{ toolUseId: host.all('tool_execution_start')[0]?.toolUseId }]);
      expect(host.all('tool_execution_end')).toMatchObject([{ isError: !runs }]);
      expect(existsSync(stage().file('approved.txt'))).toBe(runs);
      stage().shows('permissions');
    });

    itWith(promises.denyReason ? stage : undefined, 'says to the model why a tool was denied', async () => {
      const conversation = await stage().open(stage().harness(), { asking: true });
      const answer = { decision: 'deny' as const, message: 'not on a Friday' };
      const host = new RecordingHost({ answer: () => answer });
      await ask(conversation, prompts.runShellAsking('touch approved.txt'), host);
      const results = stage()
        .scene.model?.requests.at(-1)
        ?.results.map(({ text }) => text);
      expect(results).toEqual([expect.stringContaining('not on a Friday')]);
    });

    it('asks again in the next turn', async () => {
      const conversation = await stage().open(stage().harness(), { asking: true });
      const decisions = ['deny', 'allow'] as const;
      for (const decision of decisions) {
        const host = new RecordingHost({ answer: () => ({ decision }) });
        await ask(conversation, prompts.runShellAsking(`touch ${decision}.txt`), host);
        expect(host.asked.length).toBe(1);
      }
      expect(decisions.map((decision) => existsSync(stage().file(`${decision}.txt`)))).toEqual([false, true]);
    });

    it('an interrupt ends a turn that waits for an answer', async () => {
      const conversation = await stage().open(stage().harness(), { asking: true });
      const host = new RecordingHost();
      const turn = ask(conversation, prompts.runShellAsking('touch approved.txt'), host);
      await host.until(({ asked }) => asked[0]);
      host.interrupt();
      expect(await turn).toMatchObject({ outcome: 'interrupted' });
      expect(existsSync(stage().file('approved.txt'))).toBe(false);
      expect(await ask(conversation, question.prompt)).toMatchObject({ finalOutput: question.answer });
    });
  });
}
