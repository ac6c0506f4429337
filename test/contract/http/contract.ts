/**
 * What the HTTP layer promises, asked of a server that is known by its base URL only. Whatever serves the routes of
 * `src/contract` with the built-in agent must pass: the real program over TCP, a server in process, a proxy before it.
 */
import { afterAll, beforeAll, describe } from 'vitest';
import { describeAccess } from './access.js';
import { describeAttachments } from './attachments.js';
import { describeBodies } from './bodies.js';
import { describeBudgets } from './budgets.js';
import { describeCancel } from './cancel.js';
import { describeEvents } from './events.js';
import { describeForks } from './forks.js';
import { describeHarnesses } from './harnesses.js';
import { describeIdempotency } from './idempotency.js';
import { describeOpenApi } from './openapi.js';
import { describePaging } from './paging.js';
import { describeParameters } from './parameters.js';
import { describePermissions } from './permissions.js';
import { describeProjects } from './projects.js';
import { describeQueue } from './queue.js';
import { describeRunPermissions } from './run-permissions.js';
import { describeRuns } from './runs.js';
import { describeSearch } from './search.js';
import { describeSessionFiles } from './session-files.js';
import { describeSessionImports } from './session-imports.js';
import { describeSessions } from './sessions.js';
import { describeStreams } from './streams.js';
import { describeUsage } from './usage.js';
import { describeWait } from './wait.js';
import { type ContractServer, type InWorld, World } from './world.js';

const chapters: readonly ((world: InWorld) => void)[] = [
  describeAccess,
  describeHarnesses,
  describeBodies,
  describeParameters,
  describeProjects,
  describeSessions,
  describeSessionFiles,
  describeSessionImports,
  describeRuns,
  describeAttachments,
  describeRunPermissions,
  describeWait,
  describeCancel,
  describeBudgets,
  describeQueue,
  describeForks,
  describeIdempotency,
  describePaging,
  describeEvents,
  describePermissions,
  describeStreams,
  describeSearch,
  describeUsage,
  describeOpenApi,
];

export function describeHttpContract(name: string, start: () => Promise<ContractServer>): void {
  describe(name, () => {
    let world: World | undefined;
    beforeAll(async () => {
      world = await World.enter(await start());
    });
    afterAll(() => world?.leave());
    const inWorld = () => {
      if (world === undefined) throw new Error('the server was not started');
      return world;
    };
    for (const chapter of chapters) chapter(inWorld);
  });
}
