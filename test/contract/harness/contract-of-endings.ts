/** Many conversations at once, and how they are closed. */
import { describe, expect, it } from 'vitest';
import { bytesWritten, gone, isAlive, lineOf, pidsMarked } from './processes.js';
import { RecordingHost } from './recording-host.js';
import { ask, type Stage, stubbornCommand } from './stage.js';
import { type HarnessSubject, itWith } from './subject.js';

export function describeEndings({ prompts }: HarnessSubject, stage: () => Stage): void {
  const { question } = prompts;

  describe('many conversations', () => {
    it('one that hangs does not disturb another', async () => {
      const harness = stage().harness();
      const [hanging, other] = [await stage().open(harness), await stage().open(harness)];
      const host = new RecordingHost();
      const turn = ask(hanging, prompts.endless, host);
      await host.first('turn_start');
      expect(await ask(other, question.prompt)).toMatchObject({ finalOutput: question.answer });
      host.interrupt();
      expect(await turn).toMatchObject({ outcome: 'interrupted' });
    });

    itWith(
      prompts.flood,
      'one whose log is slow is held back, loses nothing, and disturbs no other',
      async (flood) => {
        const floodBytes = 20 * 1024 * 1024;
        const heldBytesMax = 4 * 1024 * 1024;
        const harness = stage().harness();
        const [flooding, other] = [await stage().open(harness), await stage().open(harness)];
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
        const agentPid = stage().agentPid;
        const writtenBefore = bytesWritten(agentPid);
        const turn = ask(flooding, flood(floodBytes), host);
        await host.until(() => (bytes > 0 ? true : undefined));
        // Each answer is a round through the same agent, which could have gone on flooding meanwhile.
        for (let round = 0; round < 200; round += 1) await ask(other, question.prompt);
        expect(bytesWritten(agentPid) - writtenBefore).toBeLessThan(heldBytesMax);
        openGate();
        expect(await turn).toMatchObject({ outcome: 'completed' });
        expect(bytes).toBe(floodBytes);
      },
    );
  });

  describe('close', () => {
    it('of a conversation keeps its continuation', async () => {
      const harness = stage().harness();
      const conversation = await stage().open(harness);
      const { continuation = '' } = await ask(conversation, question.prompt);
      await Promise.all([conversation.close(), conversation.close()]);
      await conversation.ended;
      const restored = await stage().open(harness, { continuation });
      expect(await ask(restored, prompts.previousQuestion)).toMatchObject({
        finalOutput: expect.stringContaining(question.prompt),
      });
    });

    it('of the harness leaves no process, however busy it was', async () => {
      const harness = stage().harness();
      const conversation = await stage().open(harness);
      const turn = ask(conversation, prompts.runShell(stubbornCommand('pids')));
      const pids = (await lineOf(stage().file('pids'))).split(' ').map(Number);
      const agentPid = stage().agentPid;
      await Promise.all([harness.close(), harness.close()]);
      expect([...pids, agentPid].map(isAlive)).toEqual([false, false, false]);
      expect(pidsMarked(stage().place.serverMark)).toEqual([]);
      expect((await turn).outcome).not.toBe('completed');
      await conversation.ended;
      await gone(agentPid);
    });

    it('opens nothing any more', async () => {
      const harness = stage().harness();
      await harness.close();
      await expect(stage().open(harness)).rejects.toMatchObject({ code: 'harness_unavailable' });
    });
  });
}
