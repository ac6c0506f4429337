import { describe, expect, it } from 'vitest';
import { Place } from './fields.js';
import { parseSteps } from './parse.js';

const parse = (steps: unknown) => parseSteps(steps, new Place('script'));

describe('a script', () => {
  it('may hold every step', () => {
    const steps = [
      { say: 'a', deltas: 2, delayMs: 1 },
      { think: 'b' },
      { tool: { name: 'Bash', input: { command: 'true' }, ask: true } },
      { waitFor: 'go' },
      { ask: { toolName: 'Bash', toolInput: {} } },
      { sleep: 0 },
      { flood: { bytes: 10, chunkBytes: 5 } },
      { emit: { count: 1, bytes: 1, type: 'notice' } },
      { fail: 'c', resumesAt: 1 },
      { crash: 1 },
      { ignoreSignals: true },
      { hang: true },
      { garbage: 'd' },
      { repeat: { times: 2, steps: [{ say: 'e' }] } },
    ];
    expect(parse(steps).map(({ kind }) => kind)).toEqual(steps.map((step) => Object.keys(step)[0]));
  });

  it.each([
    ['x', 'script: the steps must be an array'],
    [[1], 'script step 1: a step must be an object'],
    [[{ say: 'a' }, {}], /^script step 2: it needs one of: say, think/],
    [[{ say: 'a', sleep: 1 }], 'script step 1: "say" and "sleep" are two steps'],
    [[{ say: 'a', delay: 1 }], 'script step 1: unknown key "delay"; known here: say, deltas, delayMs'],
    [[{ say: 1 }], 'script step 1: "say" must be a text'],
    [[{ say: 'a', deltas: 0 }], 'script step 1: "deltas" must be an integer from 1 to 10000'],
    [[{ tool: { input: {} } }], 'script step 1: "name" must be a text'],
    [
      [{ tool: { name: 'Bash', args: 1 } }],
      'script step 1, tool: unknown key "args"; known here: name, input, ask',
    ],
    [[{ hang: false }], 'script step 1: "hang" must be true'],
    [[{ crash: 256 }], 'script step 1: "crash" must be an integer from 0 to 255'],
    [
      [{ emit: { count: 1, type: 'run_completed' } }],
      'script step 1: "type" must be "message_update" or "notice"',
    ],
    [[{ repeat: { times: 1, steps: [{}] } }], /^script step 1, repeat step 1: it needs one of/],
    [[{ constructor: 1 }], /^script step 1: it needs one of/],
  ])('%j is refused', (steps, problem) => {
    expect(() => parse(steps)).toThrow(problem);
  });

  it('is bounded in length and depth', () => {
    expect(() => parse(Array.from({ length: 1001 }, () => ({ say: '' })))).toThrow(
      'script: more than 1000 steps',
    );
    let deep: object = { say: '' };
    for (let depth = 0; depth < 10; depth += 1) deep = { repeat: { times: 1, steps: [deep] } };
    expect(() => parse([deep])).toThrow(/nested more than 5 deep/);
  });
});
