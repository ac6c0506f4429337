/** One data directory, one server. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runProgram } from '../support/server-process.js';
import { Program } from './program.js';

describe('a second server on the same data directory', () => {
  let program: Program;
  beforeAll(async () => {
    program = await Program.start();
  });
  afterAll(() => program?.leave());

  test('ends, says who holds it, and disturbs nothing', async () => {
    const { world, home, pid } = program;
    const held = await world.hold();
    for (let round = 0; round < 3; round += 1) {
      const { code, stdout, stderr } = await runProgram(['serve', '--port', '0', '--home', home]);
      expect(code).toBe(1);
      expect(stdout).toBe('');
      expect(stderr).toContain(`process ${pid}`);
      expect(stderr).not.toMatch(/\n\s+at /);
    }
    expect((await world.run(held.runId)).status).toBe('running');
    held.gate.open();
    await world.ended(held.runId);
  });

  test('may start when the first was killed', async () => {
    const { sessionId } = await program.world.complete('What is 2+2?');
    await program.kill();
    await program.startAgain();
    const { finalOutput } = await program.world.complete('What was my previous question?', sessionId);
    expect(finalOutput).toContain('What is 2+2?');
  });
});
