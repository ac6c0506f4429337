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

    itWith(capabilities.cost ? prompts.spend : undefined, 'what the run cost', async (spend) => {
      const conversation = await stage().open(stage().harness());
      const { usage } = await ask(conversation, spend);
      expect(usage?.costUsd).toBeGreaterThan(0);
      stage().shows('cost');
    });
  });

  describe('what the caller may choose', () => {
    itWith(capabilities.models ? otherModel : undefined, 'the model', async ({ chosen, called }) => {
      const conversation = await stage().open(stage().harness(), { launch: { model: chosen } });
      const { nameModel = '' } = prompts;
      expect(await ask(conversation, nameModel)).toMatchObject({
        finalOutput: expect.stringContaining(called),
      });
      const asked = stage().scene.model?.requests.filter((request) => request.question === nameModel);
      expect(asked?.map(({ model }) => model) ?? [called]).toEqual([called]);
      stage().shows('models');
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
      stage().shows('images');
    });

    /** Stopped at its bound, and not within it. */
    async function holdsBound(prompt: string): Promise<void> {
      const conversation = await stage().open(stage().harness());
      const within = (maxTurns: number) => ({ maxTurns });
      expect(await ask(conversation, prompt, new RecordingHost(), within(2))).toMatchObject({
        outcome: 'failed',
        error: { code: 'max_turns_reached', message: expect.stringContaining('2') },
        usage: { turns: 2 },
      });
      const short = prompts.runShellTimes?.(1, 'echo x >> ran') ?? '';
      expect(await ask(conversation, short, new RecordingHost(), within(3))).toMatchObject({
        outcome: 'completed',
      });
      stage().shows('maxTurns');
    }

    const { runShellTimes, runShellTimesThenHang } = capabilities.maxTurns ? prompts : {};
    itWith(
      promises.exactTurns ? runShellTimes : undefined,
      'a bound of model turns, which not even a very fast model gets over',
      (run) => holdsBound(run(5, 'echo x >> ran')),
    );

    itWith(
      runShellTimesThenHang,
      'a bound of model turns, which ends a run whose model would not answer again',
      (run) => holdsBound(run(2, 'echo x >> ran')),
    );
  });
}
