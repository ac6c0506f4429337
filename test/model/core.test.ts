/**
 * Random histories of a whole core on a real database, with crashes and restarts, against a model that reads nothing but
 * the log. `QUARTERDECK_MODEL_RUNS` sets how many, `QUARTERDECK_MODEL_SEED` repeats those of a failure.
 */
import fc from 'fast-check';
import { test } from 'vitest';
import { ModelWorld } from './model-world.js';
import { bringToEnd, type Step, take, weightedKinds } from './steps.js';

const runs = Number(process.env.QUARTERDECK_MODEL_RUNS ?? 120);
const seed = Number(process.env.QUARTERDECK_MODEL_SEED ?? Math.floor(Math.random() * 2 ** 31));
const sessions = 3;
const stepsMax = 60;
/** Of one history, shrinking included: a bound on a hang. */
const msMax = 60_000;

const step: fc.Arbitrary<Step> = fc.record({
  kind: fc.oneof(...weightedKinds.map(({ kind, weight }) => ({ weight, arbitrary: fc.constant(kind) }))),
  pick: fc.nat(11),
  way: fc.nat(11),
  rush: fc.boolean(),
});

async function live(steps: readonly Step[], onRestart: 'fail' | 'continue'): Promise<void> {
  const world = await ModelWorld.enter(sessions, onRestart);
  try {
    for (const [index, one] of steps.entries()) await take(world, one, index);
    await bringToEnd(world);
    await world.compare();
    await world.expectLogsKept();
  } finally {
    await world.leave();
  }
}

test('whatever happens in whatever order, a session keeps its rules', {
  timeout: msMax + runs * 1000,
}, async () => {
  console.info(`seed ${seed}: QUARTERDECK_MODEL_SEED=${seed} repeats it`);
  const history = fc.array(step, { minLength: 1, maxLength: stepsMax, size: 'max' });
  const onRestart = fc.constantFrom('fail' as const, 'continue' as const);
  await fc.assert(fc.asyncProperty(history, onRestart, live), { numRuns: runs, seed });
});
