/** A text that is put into a turn under way is part of it, or was never seen. */
import { writeFileSync } from 'node:fs';
import { describe, expect } from 'vitest';
import { lineOf } from './processes.js';
import { RecordingHost } from './recording-host.js';
import { ask, type Stage } from './stage.js';
import { type HarnessSubject, itWith } from './subject.js';

export function describeSteering({ capabilities, prompts }: HarnessSubject, stage: () => Stage): void {
  const { question } = prompts;
  const steer = capabilities.steer ? prompts.steer : undefined;

  describe('steering', () => {
    itWith(steer, 'reaches the turn under way, whose result answers it', async ({ prompt, answer }) => {
      const conversation = await stage().open(stage().harness());
      const host = new RecordingHost();
      const command = 'echo 1 > started; until [ -e go ]; do sleep 0.05; done';
      const turn = ask(conversation, prompts.runShell(command), host);
      await lineOf(stage().file('started'));
      const steering = conversation.steer(prompt);
      writeFileSync(stage().file('go'), '');
      expect(await steering).toBe('injected');
      expect(await turn).toMatchObject({
        outcome: 'completed',
        finalOutput: expect.stringContaining(answer),
      });
      const asked = host.all('message_end').filter(({ message }) => message.role === 'user');
      expect(asked.map(({ message }) => message.content)).toEqual([prompts.runShell(command), prompt]);
      expect(host.all('turn_start').length).toBe(1);
      expect(await ask(conversation, question.prompt)).toMatchObject({ finalOutput: question.answer });
      stage().shows('steer');
    });

    itWith(steer, 'misses when no turn is under way, and the agent never sees it', async ({ prompt }) => {
      const conversation = await stage().open(stage().harness());
      expect(await conversation.steer(prompt)).toBe('missed');
      await ask(conversation, question.prompt);
      expect(await conversation.steer(prompt)).toBe('missed');
      expect(await ask(conversation, prompts.previousQuestion)).toMatchObject({
        finalOutput: expect.stringContaining(question.prompt),
      });
    });

    itWith(steer, 'begins no turn of its own when its turn is interrupted', async ({ prompt }) => {
      const conversation = await stage().open(stage().harness());
      const host = new RecordingHost();
      const shell = prompts.runShell('echo 1 > started; exec sleep 1000');
      const turn = ask(conversation, shell, host);
      await lineOf(stage().file('started'));
      const steering = conversation.steer(prompt);
      host.interrupt();
      expect(await turn).toMatchObject({ outcome: 'interrupted' });
      const outcome = await steering;
      await conversation.clearProcesses();
      const next = new RecordingHost();
      // An agent may have put it behind the tool that was cut short: then it is a part of what is remembered.
      expect(await ask(conversation, prompts.previousQuestion, next)).toMatchObject({
        finalOutput: expect.stringContaining(outcome === 'injected' ? prompt : 'sleep 1000'),
      });
      expect(next.all('message_end').map(({ message }) => message.role)).toEqual(['user', 'assistant']);
    });
  });
}
