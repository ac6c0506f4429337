/** What a turn gives: an answer, in order, one after another. */
import { describe, expect, it } from 'vitest';
import { RecordingHost } from './recording-host.js';
import { ask, type Stage } from './stage.js';
import type { HarnessSubject } from './subject.js';

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

    it('gives its agent the note that stands before a prompt, and shows both', async () => {
      const conversation = await stage().open(stage().harness());
      const host = new RecordingHost();
      const note = '[Note: you were interrupted.]';
      expect(await ask(conversation, question.prompt, host, { note })).toMatchObject({
        outcome: 'completed',
        finalOutput: question.answer,
      });
      const content = `${note}\n\n${question.prompt}`;
      expect(host.all('message_end')[0]?.message).toEqual({ role: 'user', content });
    });

    it('takes one turn after another in a conversation that stays open', async () => {
      const conversation = await stage().open(stage().harness());
      for (let turn = 0; turn < 5; turn += 1) {
        expect(await ask(conversation, question.prompt)).toMatchObject({ finalOutput: question.answer });
      }
    });
  });
}
