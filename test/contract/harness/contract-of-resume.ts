/** What becomes of a conversation in a new process, and of a copy of it. */
import { describe, expect, it } from 'vitest';
import { RecordingHost } from './recording-host.js';
import { ask, type Stage } from './stage.js';
import type { HarnessSubject } from './subject.js';

export function describeResume(subject: HarnessSubject, stage: () => Stage): void {
  const { capabilities, prompts, unknownContinuation = `cnv_${'0'.repeat(32)}` } = subject;
  const { question } = prompts;

  describe.skipIf(!capabilities.resume)('resume', () => {
    it('works from the continuation that is acknowledged while the turn is still under way', async () => {
      const first = stage().harness();
      const host = new RecordingHost();
      const turn = ask(await stage().open(first), prompts.endless, host);
      const continuation = await host.until((one) => one.continuation);
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
      stage().shows('resume');
    });

    it('refuses a continuation that it does not know, and says what to do', async () => {
      const opening = stage().open(stage().harness(), { continuation: unknownContinuation });
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

  describe.skipIf(capabilities.fork === 'none')('fork', () => {
    it('copies a conversation as it is now, and each goes on without the other', async () => {
      const harness = stage().harness();
      const original = await stage().open(harness);
      const { continuation } = await ask(original, question.prompt);
      const copy = await stage().open(harness, { continuation, fork: {} });
      const first = await ask(copy, prompts.previousQuestion);
      expect(first).toMatchObject({ outcome: 'completed', finalOutput: quoting(question.prompt) });
      expect(first.continuation).toEqual(expect.any(String));
      expect(first.continuation).not.toBe(continuation);
      await ask(copy, prompts.talk);
      expect(await ask(original, prompts.previousQuestion)).toMatchObject({
        finalOutput: quoting(question.prompt),
        continuation,
      });
      await copy.close();
      const restored = await stage().open(harness, { continuation: first.continuation });
      expect(await ask(restored, prompts.previousQuestion)).toMatchObject({
        finalOutput: quoting(prompts.talk),
      });
      stage().shows('fork', 'latest');
    });

    it('refuses to copy what it does not know', async () => {
      const opening = stage().open(stage().harness(), { continuation: unknownContinuation, fork: {} });
      await expect(opening).rejects.toMatchObject({ code: 'resume_lost' });
    });
  });

  describe.skipIf(capabilities.fork !== 'at_run')('fork at a run', () => {
    it('copies a conversation as it was after an earlier turn', async () => {
      const harness = stage().harness();
      const original = await stage().open(harness);
      const { checkpoint = '' } = await ask(original, question.prompt);
      const { continuation } = await ask(original, prompts.talk);
      expect(checkpoint).not.toBe('');
      const copy = await stage().open(harness, { continuation, fork: { checkpoint } });
      expect(await ask(copy, prompts.previousQuestion)).toMatchObject({
        finalOutput: quoting(question.prompt),
      });
      expect(await ask(original, prompts.previousQuestion)).toMatchObject({
        finalOutput: quoting(prompts.talk),
        continuation,
      });
      stage().shows('fork', 'at_run');
    });
  });
}

function quoting(question: string): unknown {
  return expect.stringContaining(question);
}
