import { describe, expect, it } from 'vitest';
import { CoreWorld, completed } from '../support/core-world.js';
import { FixedClock } from '../support/fixed-clock.js';

const idleMs = 60_000;

describe('a conversation that is kept open', () => {
  async function enter() {
    const clock = new FixedClock();
    const world = await CoreWorld.enter({}, { warmConversationIdleMs: idleMs, sweepMs: 5000 }, { clock });
    /** Where its context came from, and the conversation that it was given, once the run has ended. */
    const ask = async (sessionId: string, prompt: string) => {
      const { runId } = await world.admit(sessionId, prompt);
      const turn = await world.guest.turn(prompt);
      turn.begin();
      await turn.host.emit([{ type: 'turn_start', turnId: prompt }]);
      turn.end(completed);
      const { resume } = await world.reaches(runId, 'completed');
      return { mode: resume?.mode, ended: turn.conversation.ended, of: turn.conversation.process };
    };
    return { clock, world, ask };
  }

  it('is closed when nobody has used it for its time, and restored for the next run', async () => {
    const { clock, world, ask } = await enter();
    const [used, unused] = [await world.session(), await world.session()];
    const left = await ask(unused, 'sit');
    const first = await ask(used, 'fetch');
    clock.advance(idleMs - 5000);
    expect(await ask(used, 'fetch it again')).toMatchObject({ mode: 'warm', of: first.of });
    clock.advance(15_000);
    await left.ended;
    expect(await ask(used, 'once more')).toMatchObject({ mode: 'warm', of: first.of });
    const restored = await ask(unused, 'stay');
    expect(restored.mode).toBe('native');
    expect(restored.of).not.toEqual(left.of);
  });

  it('is not closed while a run uses it, however long that takes', async () => {
    const { clock, world, ask } = await enter();
    const sessionId = await world.session();
    const { runId, turn } = await world.running(sessionId, 'dig');
    clock.advance(10 * idleMs);
    turn.end(completed);
    await world.reaches(runId, 'completed');
    expect(await ask(sessionId, 'dig on')).toMatchObject({ mode: 'warm', of: turn.conversation.process });
  });
});
