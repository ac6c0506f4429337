import { describe, expect, it } from 'vitest';
import { FixedClock } from '../../test/support/fixed-clock.js';
import type { AgentProgram, HarnessCapabilities, HarnessName } from '../contract/index.js';
import { Harnesses, inspectionKeptMs, inspectTimeoutMs } from './harnesses.js';

const capabilities: HarnessCapabilities = {
  resume: true,
  fork: 'none',
  steer: false,
  permissions: true,
  partialOutput: true,
  models: false,
  images: false,
  maxTurns: true,
  subagents: false,
  cost: false,
};
const program: AgentProgram = { name: 'An agent', found: true, login: 'not_needed' };

function list(...agents: [HarnessName, (signal: AbortSignal) => Promise<readonly AgentProgram[]>][]) {
  const clock = new FixedClock();
  const all = agents.map(([name, inspect]) => [name, { name, capabilities, inspect }] as const);
  return { clock, harnesses: new Harnesses(new Map(all), clock) };
}

describe('the list of agents', () => {
  it('has each with what it can do and its programs', async () => {
    const { harnesses, clock } = list(['builtin', async () => [program]], ['acp', async () => []]);
    expect(await harnesses.list()).toEqual({
      harnesses: [
        { name: 'builtin', capabilities, programs: [program] },
        { name: 'acp', capabilities, programs: [] },
      ],
    });
    expect(clock.armed).toBe(0);
  });

  it('says which one did not answer in time, and waits for no other because of it', async () => {
    const given: AbortSignal[] = [];
    const hang = (signal: AbortSignal) => {
      given.push(signal);
      return new Promise<never>(() => undefined);
    };
    const { harnesses, clock } = list(['codex', hang], ['builtin', async () => [program]]);
    const listing = harnesses.list();
    clock.advance(inspectTimeoutMs);
    const [codex, builtin] = (await listing).harnesses;
    expect(codex?.programs).toEqual([
      { name: 'codex', found: false, login: 'unknown', problem: expect.stringContaining('hang') },
    ]);
    expect(builtin?.programs).toEqual([program]);
    expect(given.map(({ aborted }) => aborted)).toEqual([true]);
  });

  it('is looked up once for all who ask within a while, and again after it', async () => {
    let looks = 0;
    const { harnesses, clock } = list([
      'builtin',
      async () => {
        looks += 1;
        return [program];
      },
    ]);
    await Promise.all(Array.from({ length: 20 }, () => harnesses.list()));
    clock.advance(inspectionKeptMs - 1);
    await harnesses.list();
    expect(looks).toBe(1);
    clock.advance(1);
    await harnesses.list();
    expect(looks).toBe(2);
  });
});
