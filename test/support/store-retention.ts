import type { StoreWorld } from './store-world.js';

/** Returns how many portions it took. */
export async function compactAll(world: StoreWorld, endedBefore = world.now + 1): Promise<number> {
  let portions = 1;
  while (await world.store.compactLogs(endedBefore)) portions += 1;
  return portions;
}

export async function trimAll(
  world: StoreWorld,
  rule: Partial<Parameters<StoreWorld['store']['trimLogs']>[0]>,
): Promise<number> {
  let portions = 1;
  while (await world.store.trimLogs({ endedBefore: 0, eventsMax: 0, ...rule })) portions += 1;
  return portions;
}
