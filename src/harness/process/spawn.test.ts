import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { describe, expect, it } from 'vitest';
import type { ProcessLedger } from '../../core/index.js';
import { readLines } from './lines.js';
import { spawnAgent } from './spawn.js';

const ledger: ProcessLedger = {
  recordProcess: async () => undefined,
  forgetProcess: async () => undefined,
};

describe('an agent that is started', () => {
  it('keeps what it wrote for a reader who comes after its exit', async () => {
    const agent = await spawnAgent({
      command: process.execPath,
      args: ['-e', 'console.log("first"); console.log("last")'],
      cwd: tmpdir(),
      baseEnv: { PATH: process.env.PATH },
      env: {},
      mark: `spawn-test/${process.pid}`,
      harnessProcessId: 'hpr_1',
      ledger,
    });
    await agent.exited;
    // The pipe is at its end once this has come, and Node has done with it what it does after an exit.
    if (agent.stdout.readableLength === 0) await once(agent.stdout, 'readable');
    await new Promise(setImmediate);
    const lines: string[] = [];
    await readLines(agent.stdout, (line) => {
      lines.push(line);
    });
    expect(lines).toEqual(['first', 'last']);
  });
});
