/** Weeks of work of several agents in the store of a data directory, for a server that is started on it afterwards. */
import type { HarnessName } from '../../src/contract/index.js';
import { openSqliteStore } from '../../src/store/sqlite/index.js';
import { FixedClock } from './fixed-clock.js';
import { SeededRandom } from './store-random.js';
import { StoreWorld } from './store-world.js';
import { recordingWakeup } from './stores.js';

const dayMs = 86_400_000;
const projects = [
  { projectId: 'atlas', name: 'Atlas' },
  { projectId: 'payments', name: 'Payments' },
  { projectId: 'docs-site', name: 'Documentation site' },
];
const agents: readonly { harness: HarnessName; model?: string; usdPerToken: number }[] = [
  { harness: 'claude', model: 'claude-sonnet-5', usdPerToken: 4e-6 },
  { harness: 'claude', model: 'claude-opus-5', usdPerToken: 2e-5 },
  { harness: 'codex', model: 'gpt-6-codex', usdPerToken: 0 },
  { harness: 'pi', usdPerToken: 2e-6 },
  { harness: 'builtin', usdPerToken: 0 },
];

/** `days` days that end with `untilMs`; more on weekdays than at weekends, and more lately than at first. */
export async function writeUsageHistory(home: string, days: number, untilMs: number): Promise<void> {
  const wakeup = recordingWakeup();
  const store = await openSqliteStore({
    directory: home,
    wakeup,
    holder: 'a test',
    onFatal: (error) => {
      throw error;
    },
    walPagesMax: 1000,
    logEventsMax: 0,
  });
  const clock = new FixedClock(untilMs - (days - 1) * dayMs);
  const world = new StoreWorld(
    { store, wakeup, reopen: async () => store, close: () => store.close() },
    clock,
  );
  const random = new SeededRandom(7);
  for (const { projectId, name } of projects)
    await store.createProject({ ...world.newProject(projectId), name }, undefined);
  for (let day = 0; day < days; day++) {
    const weekend = [0, 6].includes(new Date(clock.now()).getUTCDay());
    const runs = weekend ? random.int(3) : 3 + random.int(5) + Math.floor((day / days) * 8);
    for (let run = 0; run < runs; run++) await work(world, random);
    clock.advance(dayMs);
  }
  await store.close();
}

async function work(world: StoreWorld, random: SeededRandom): Promise<void> {
  const { projectId } = random.pick([...projects, ...projects.slice(0, 1)]);
  const { harness, model, usdPerToken } = random.pick(agents);
  const claim = await world.running({
    projectId,
    newSession: { name: 'Some work', harness, ...(model !== undefined && { model }) },
  });
  const inputTokens = 20_000 + random.int(180_000);
  const outputTokens = 1000 + random.int(12_000);
  const usage = {
    inputTokens,
    outputTokens,
    cachedInputTokens: Math.floor(inputTokens * 0.7),
    costUsd: (inputTokens * 0.3 + outputTokens * 5) * usdPerToken,
    turns: 2 + random.int(10),
    toolCalls: random.int(30),
  };
  const spent = { usage, activeMs: 30_000 + random.int(900_000) };
  const luck = random.int(20);
  if (luck === 0) {
    const error = { code: 'model_failed', message: 'The model did not answer.' };
    await world.finish(claim, { ...spent, outcome: { status: 'failed', error } });
  } else if (luck === 1) await world.finish(claim, { ...spent, outcome: { status: 'cancelled' } });
  else await world.finish(claim, spent);
}
