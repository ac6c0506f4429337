/**
 * A server with work on it as people have it: sessions of two projects that ended well and badly, run, wait for a
 * person, and are queued. Agents are those of scripts, so that every one stands where it is put until it is let go.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Client, createClient, type Permission } from '../../src/client/index.js';
import { until } from './processes.js';
import { writeFolder } from './project-folders.js';
import { type ServerProcess, startServerProcess, temporaryHome } from './server-process.js';

const gate = 'let-go';

/** Not `script` of a prompt: the prompts are then those of people. */
function target(name: string, description: string, ...steps: object[]): string {
  const script = steps.map((step) => toToml(step)).join(', ');
  return `[targets.${name}]\ndescription = "${description}"\nharness = "builtin"\n[targets.${name}.builtin]\nscript = [${script}]\n`;
}

function toToml(value: unknown): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const entries = Object.entries(value).map(([key, one]) => `${key} = ${toToml(one)}`);
  return `{ ${entries.join(', ')} }`;
}

const bash = (command: string) => ({ tool: { name: 'Bash', input: { command } } });

const shop: Readonly<Record<string, string>> = {
  'asp-targets.toml': [
    'schema = 1',
    target(
      'builder',
      'Builds and checks, and may write',
      { say: 'I begin with the checks of the checkout, to see the failure for myself.' },
      bash('sh scripts/check.sh --suite checkout'),
      { say: 'It is green again.' },
    ),
    target('writer', 'Writes down how things are', {
      say: 'The retry policy backs off twice as long each time, up to ten seconds, and gives up after five tries.',
    }),
    target('reviewer', 'Reads, and changes nothing', {
      say: 'Partial refunds have no test, and a retry after a timeout may refund twice.',
    }),
    target(
      'release',
      'Prepares releases; asks before it pushes',
      { say: 'The notes are written and the version is set.' },
      { ask: { toolName: 'Bash', toolInput: { command: 'git push origin release/2.4 --follow-tags' } } },
      { say: 'Released.' },
    ),
    target(
      'migrator',
      'Changes the database; asks before it does',
      {
        ask: {
          toolName: 'Write',
          toolInput: {
            path: 'db/migrations/0042_orders.sql',
            content:
              'ALTER TABLE orders ADD COLUMN refunded_at TIMESTAMP;\nCREATE INDEX orders_refunded ON orders (refunded_at);\n',
          },
        },
      },
      { say: 'The migration is there.' },
    ),
    target(
      'auditor',
      'Looks at everything, within bounds',
      bash('echo 14 packages are older than a year'),
      bash('sh scripts/check.sh --suite audit'),
      { say: 'Two packages should be replaced.' },
    ),
    '[targets.auditor.limits]\nmaxToolCalls = 1\n',
    target('translator', 'Translates texts', {
      fail: 'The plan allows no more requests until its limit is reset.',
      resumesAt: Date.now() + 2 * 60 * 60 * 1000,
    }),
    target(
      'nightly',
      'Runs the long checks',
      { say: 'Three checks to go.' },
      {
        fail: 'The package registry did not answer: npm ci ended with ETIMEDOUT after 3 tries. Look whether the registry is up, then retry.',
      },
    ),
  ].join('\n'),
  'scripts/check.sh': `while [ ! -e ${gate} ]; do sleep 0.1; done\n`,
};

export interface ConsoleScene {
  server: ServerProcess;
  client: Client;
  /** Opens a session with its first run. */
  start(
    projectId: string,
    target: string,
    name: string,
    prompt: string,
  ): Promise<{ sessionId: string; runId: string }>;
  /** The same, to the end of the run. */
  complete(
    projectId: string,
    target: string,
    name: string,
    prompt: string,
  ): Promise<{ sessionId: string; runId: string }>;
  asked(runId: string): Promise<Permission>;
  /** What runs comes to its end. */
  letGo(): void;
  stop(): Promise<void>;
}

/** The server with its projects, and nothing in them yet. */
export async function openScene(env: Readonly<Record<string, string>> = {}): Promise<ConsoleScene> {
  const server = await startServerProcess({ env: { QUARTERDECK_DRAIN_MS: '0', ...env } });
  const client = createClient({ url: server.url, token: 'dev' });
  const folders = temporaryHome();
  const roots = await Promise.all(
    ['storefront', 'payments'].map(async (projectId) => {
      const root = await writeFolder(join(folders, projectId), shop);
      await client.projects.create({ projectId, name: projectId, root, defaultTarget: 'builder' });
      return root;
    }),
  );
  const start: ConsoleScene['start'] = (projectId, aspTargetName, name, prompt) =>
    client.runs.create({ projectId, prompt, session: { policy: 'new', name, aspTargetName } });
  return {
    server,
    client,
    start,
    complete: async (...what) => {
      const started = await start(...what);
      await client.runs.wait(started.runId);
      return started;
    },
    asked: (runId) =>
      until(`run ${runId} asks for permission`, async () => {
        const { permissions } = await client.permissions.list({ status: 'pending' });
        return permissions.find((one) => one.runId === runId);
      }),
    letGo: () => {
      for (const root of roots) writeFileSync(join(root, gate), '');
    },
    stop: () => server.stop(),
  };
}

/** As on a working day. Two agents ask, and two runs are parked. */
export async function fillScene({ client, start, complete, asked }: ConsoleScene): Promise<void> {
  await complete(
    'storefront',
    'writer',
    'Explain the retry policy',
    'How does the client retry, and when does it give up?',
  );
  await complete(
    'payments',
    'reviewer',
    'Review the refund flow',
    'Read the refund flow and say what is missing.',
  );
  await complete('payments', 'nightly', 'Nightly checks', 'Run the long checks of the payments service.');
  const old = await complete(
    'storefront',
    'writer',
    'Spike: search as you type',
    'What would search as you type need?',
  );
  await client.sessions.archive(old.sessionId);
  await complete(
    'storefront',
    'writer',
    'Document the cart API',
    'Write down the routes of the cart, with examples.',
  );
  const release = await start('storefront', 'release', 'Release 2.4', 'Prepare the release 2.4 and push it.');
  await asked(release.runId);
  const migration = await start(
    'payments',
    'migrator',
    'Add refunds to orders',
    'Orders need a time at which they were refunded.',
  );
  await asked(migration.runId);
  const parked = async (...what: Parameters<typeof start>) => {
    const { runId } = await start(...what);
    await until(`run ${runId} is parked`, async () => (await client.runs.get(runId)).status === 'parked');
  };
  await parked(
    'payments',
    'auditor',
    'Audit the dependencies',
    'Which packages are old, and which have known flaws?',
  );
  await parked(
    'storefront',
    'translator',
    'Translate the order mails',
    'Translate the order mails into French and Dutch.',
  );
  const running = [
    await start(
      'storefront',
      'builder',
      'Fix the flaky checkout test',
      'The checkout test fails one time in ten. Find out why and fix it.',
    ),
    await start(
      'payments',
      'builder',
      'Upgrade to Node 22',
      'Move the payments service to Node 22 and get all checks green.',
    ),
  ];
  for (const { runId } of running) {
    await until(`run ${runId} uses its tool`, async () => {
      const { total } = await client.runs.listEvents(runId, { types: ['tool_execution_start'] });
      return total > 0;
    });
  }
  const [fix] = running;
  if (fix === undefined) return;
  const session = { policy: 'resume' as const, sessionId: fix.sessionId };
  await client.runs.create({
    projectId: 'storefront',
    prompt: 'Then write a test that would have caught it.',
    session,
  });
  await client.runs.create({ projectId: 'storefront', prompt: 'And sum it up for the changelog.', session });
}
