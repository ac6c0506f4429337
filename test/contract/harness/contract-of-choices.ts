/** What the caller may add to a prompt, and what is told beside the answer. */
import { describe, expect, it } from 'vitest';
import { RecordingHost } from './recording-host.js';
import { ask, type Stage } from './stage.js';
import { type HarnessSubject, itWith } from './subject.js';

/** One red pixel. */
const png =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8DwHwAFBQIAX8jx0gAAAABJRU5ErkJggg==';

export function describeChoices(subject: HarnessSubject, stage: () => Stage): void {
  const { capabilities, prompts, promises = {}, otherModel } = subject;
  const { question } = prompts;

  describe('what is told beside the answer', () => {
    itWith(prompts.think, 'thoughts are told apart from it', async ({ prompt, thought }) => {
      const conversation = await stage().open(stage().harness());
      const host = new RecordingHost();
      const result = await ask(conversation, prompt, host);
      const deltas = host.all('message_update').map(({ thinkingDelta = '' }) => thinkingDelta);
      expect(deltas.join('')).toBe(thought);
      const contents = host.all('message_end').map(({ message }) => message.content);
      expect(contents.flat()).toContainEqual({ type: 'thinking', text: thought });
      expect(result).toMatchObject({
        outcome: 'completed',
        finalOutput: expect.not.stringContaining(thought),
      });
    });

    it.skipIf(!promises.tokens)('usage counts tokens, model turns and tools of the run alone', async () => {
      const conversation = await stage().open(stage().harness());
      const withTool = await ask(conversation, prompts.runShell('true'));
      const tokens = { inputTokens: expect.any(Number), outputTokens: expect.any(Number) };
      expect(withTool.usage).toMatchObject({ ...tokens, turns: 2, toolCalls: 1 });
      const { usage } = await ask(conversation, question.prompt);
      expect(usage).toMatchObject({ ...tokens, turns: 1, toolCalls: 0 });
      expect(usage?.inputTokens).toBeGreaterThan(0);
      expect(usage?.outputTokens).toBeGreaterThan(0);
      expect(usage?.outputTokens).toBeLessThan(withTool.usage?.outputTokens ?? 0);
    });
  });

  describe('what the caller may choose', () => {
    itWith(capabilities.models ? otherModel : undefined, 'the model', async ({ chosen, called }) => {
      const conversation = await stage().open(stage().harness(), { launch: { model: chosen } });
      expect(await ask(conversation, question.prompt)).toMatchObject({ finalOutput: question.answer });
      const asked = stage().scene.model?.requests.filter((request) => request.question === question.prompt);
      expect(asked?.map(({ model }) => model)).toEqual([called]);
    });

    itWith(capabilities.images ? prompts.describeImages : undefined, 'images', async (prompt) => {
      const conversation = await stage().open(stage().harness());
      const host = new RecordingHost();
      const image = { mimeType: 'image/png', data: png, url: '/media/1' };
      const result = await ask(conversation, prompt, host, { images: [image] });
      expect(result).toMatchObject({ finalOutput: expect.stringContaining('image/png') });
      expect(host.all('message_end')[0]?.message.content).toEqual([
        { type: 'text', text: prompt },
        { type: 'media_ref', url: '/media/1', mimeType: 'image/png' },
      ]);
    });

    itWith(
      capabilities.maxTurns ? prompts.runShellTimes : undefined,
      'a bound of model turns, that a run within it does not feel',
      async (runShellTimes) => {
        const conversation = await stage().open(stage().harness());
        const run = (times: number, maxTurns: number) =>
          ask(conversation, runShellTimes(times, 'echo x >> ran'), new RecordingHost(), { maxTurns });
        expect(await run(5, 2)).toMatchObject({
          outcome: 'failed',
          error: { code: 'max_turns_reached', message: expect.stringContaining('2') },
          usage: { turns: 2 },
        });
        expect(await run(1, 3)).toMatchObject({ outcome: 'completed' });
      },
    );
  });
}
