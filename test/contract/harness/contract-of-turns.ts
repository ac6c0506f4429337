/** What a turn gives: answers, context, tools, and questions before tools. */
import { existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { PermissionAnswer } from '../../../src/core/index.js';
import { RecordingHost } from './recording-host.js';
import { ask, type HarnessSubject, type Stage } from './stage.js';

export function describeTurns({ capabilities, prompts }: HarnessSubject, stage: () => Stage): void {
  const { question } = prompts;

  describe('answers', () => {
    it('declares what it can do', () => {
      expect(stage().harness().capabilities).toEqual(capabilities);
    });

    it('answers a question', async () => {
      const conversation = await stage().open(stage().harness());
      const result = await ask(conversation, question.prompt);
      expect(result).toMatchObject({ outcome: 'completed', finalOutput: question.answer });
      expect(result.continuation).toEqual(expect.any(String));
    });

    it('streams deltas that join to the message, and messages of which the last is the final output', async () => {
      const conversation = await stage().open(stage().harness());
      const host = new RecordingHost();
      const result = await ask(conversation, prompts.talk, host);
      const { fromDeltas, ended } = host.said();
      expect(host.all('message_update').length).toBeGreaterThan(1);
      expect(fromDeltas).toEqual(ended);
      expect(result).toMatchObject({ outcome: 'completed', finalOutput: ended.at(-1) });
    });

    it('reports a turn from its start to its end, with the prompt as the first message', async () => {
      const conversation = await stage().open(stage().harness());
      const host = new RecordingHost();
      await ask(conversation, question.prompt, host);
      expect(host.events[0]).toMatchObject({ type: 'turn_start' });
      expect(host.events.at(-1)).toMatchObject({ type: 'turn_end' });
      expect(host.all('message_end')[0]?.message).toEqual({ role: 'user', content: question.prompt });
    });

    it('takes one turn after another in a conversation that stays open', async () => {
      const conversation = await stage().open(stage().harness());
      for (let turn = 0; turn < 5; turn += 1) {
        expect(await ask(conversation, question.prompt)).toMatchObject({ finalOutput: question.answer });
      }
    });
  });

  describe.skipIf(!capabilities.resume)('resume', () => {
    it('works from the continuation that is acknowledged while the turn is still under way', async () => {
      const first = stage().harness();
      const host = new RecordingHost();
      const turn = ask(await stage().open(first), prompts.endless, host);
      await host.first('turn_start');
      const { continuation = '' } = host;
      await first.close();
      expect(await turn).toMatchObject({ outcome: 'failed' });
      const restored = await stage().open(stage().harness(), { continuation });
      expect(await ask(restored, prompts.previousQuestion)).toMatchObject({
        outcome: 'completed',
        finalOutput: expect.stringContaining(prompts.endless),
      });
    });

    it('restores a conversation in a new process', async () => {
      const first = stage().harness();
      const { continuation = '' } = await ask(await stage().open(first), question.prompt);
      await first.close();
      const restored = await stage().open(stage().harness(), { continuation });
      const result = await ask(restored, prompts.previousQuestion);
      expect(result).toMatchObject({
        outcome: 'completed',
        finalOutput: expect.stringContaining(question.prompt),
      });
    });

    it('refuses a continuation that it does not know, and says what to do', async () => {
      const opening = stage().open(stage().harness(), { continuation: `cnv_${'0'.repeat(32)}` });
      await expect(opening).rejects.toMatchObject({
        code: 'resume_lost',
        message: expect.stringMatching(/new session.*resume "fresh"/),
      });
    });

    it('refuses a continuation that is a path', async () => {
      const opening = stage().open(stage().harness(), { continuation: '../../etc/passwd' });
      await expect(opening).rejects.toMatchObject({ code: 'resume_lost' });
    });
  });

  describe('tools', () => {
    it('runs a shell in the project, and reports output, exit code and duration', async () => {
      const conversation = await stage().open(stage().harness());
      const host = new RecordingHost();
      const result = await ask(conversation, prompts.runShell('echo one; echo two >&2; pwd; exit 3'), host);
      expect(result.outcome).toBe('completed');
      const [start] = host.all('tool_execution_start');
      const [end] = host.all('tool_execution_end');
      expect(start).toMatchObject({ toolName: expect.any(String) });
      expect(end).toMatchObject({ toolUseId: start?.toolUseId, toolName: start?.toolName, isError: true });
      expect(end?.durationMs).toBeGreaterThanOrEqual(0);
      expect(end?.result.details).toMatchObject({ exitCode: 3 });
      expect(end?.result.content).toEqual([{ type: 'text', text: `one\ntwo\n${stage().cwd}\n` }]);
    });

    it.skipIf(!capabilities.partialOutput)('reports output while the tool runs', async () => {
      const conversation = await stage().open(stage().harness());
      const host = new RecordingHost();
      const turn = ask(
        conversation,
        prompts.runShell('echo early; until [ -e go ]; do sleep 0.05; done; echo late'),
        host,
      );
      expect((await host.first('tool_execution_update')).partialOutput).toBe('early\n');
      await ask(await stage().open(stage().harness()), prompts.runShell('touch go'));
      expect(await turn).toMatchObject({ outcome: 'completed' });
      expect(host.all('tool_execution_end')[0]?.result.content).toEqual([
        { type: 'text', text: 'early\nlate\n' },
      ]);
    });

    it('gives tools a clean environment', async () => {
      const conversation = await stage().open(stage().harness());
      const host = new RecordingHost();
      await ask(conversation, prompts.runShell('env | cut -d= -f1'), host);
      const [block] = host.all('tool_execution_end')[0]?.result.content ?? [];
      const names = block?.type === 'text' ? block.text.split('\n') : [];
      expect(names).toContain('PATH');
      expect(names.filter((variable) => /VITEST|TOKEN|SECRET|NODE_ENV/.test(variable))).toEqual([]);
    });
  });

  describe.skipIf(!capabilities.permissions)('permissions', () => {
    const answers: [PermissionAnswer, boolean][] = [
      [{ decision: 'deny', message: 'not on a Friday' }, false],
      [{ decision: 'allow' }, true],
    ];
    it.each(answers)('%j decides whether the tool runs', async (answer, runs) => {
      const conversation = await stage().open(stage().harness());
      const host = new RecordingHost({ answer: () => answer });
      const result = await ask(conversation, prompts.runShellAsking('touch approved.txt'), host);
      expect(result.outcome).toBe('completed');
      expect(host.asked).toMatchObject([{ toolUseId: host.all('tool_execution_start')[0]?.toolUseId }]);
      expect(host.all('tool_execution_end')).toMatchObject([{ isError: !runs }]);
      expect(existsSync(stage().file('approved.txt'))).toBe(runs);
    });

    it('an interrupt ends a turn that waits for an answer', async () => {
      const conversation = await stage().open(stage().harness());
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
