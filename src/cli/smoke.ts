/** `quarterdeck smoke`: the steps of docs/runbook.md against any server, each with pass or fail. */
import type { Client, EventEnvelope, RunOutcome } from '../client/index.js';
import { cleanLine } from './clean-text.js';
import { type Cli, type Define, examples, readTime } from './cli.js';
import { exits } from './exits.js';

interface Flags {
  project: string;
  target?: string;
  timeout: number;
}

/** What later steps use of earlier ones. */
interface Course {
  client: Client;
  projectId: string;
  target: string | undefined;
  timeoutMs: number;
  sessionId: string;
  runId: string;
  followed: EventEnvelope[];
}

interface Step {
  title: string;
  /** What was seen; throws where that is not what should be. */
  check(course: Course): Promise<string>;
}

/** Two minutes, as the help says. */
const timeoutDefaultMs = 120_000;
const slowPrompt = (seconds: number) =>
  `Use Bash to run: for i in $(seq 1 ${seconds}); do echo $i; sleep 1; done`;

export const define: Define = (command, cli) => {
  command
    .option('-p, --project <project>', 'Id of the project to work in', 'rex')
    .option('-t, --target <target>', 'How the sessions work; without it the default of the project')
    .addOption(
      command
        .createOption('--timeout <time>', 'For each run')
        .argParser(readTime)
        .default(timeoutDefaultMs, '2m'),
    )
    .addHelpText('after', examples(['smoke', 'smoke --url https://agents.example.com --project mine']))
    .action(async (flags: Flags) => {
      cli.exitCode = await smoke(cli, flags);
    });
};

async function smoke(cli: Cli, { project, target, timeout }: Flags): Promise<number> {
  const course: Course = {
    client: await cli.client(),
    projectId: project,
    target,
    timeoutMs: timeout,
    sessionId: '',
    runId: '',
    followed: [],
  };
  let failed = 0;
  for (const [index, { title, check }] of steps.entries()) {
    const startedAt = performance.now();
    const { ok, words } = await check(course).then(
      (seen) => ({ ok: true, words: seen }),
      (error: unknown) => ({ ok: false, words: error instanceof Error ? error.message : String(error) }),
    );
    if (!ok) failed += 1;
    const ms = Math.round(performance.now() - startedAt);
    const { paint, json } = cli.terminal;
    if (json) cli.terminal.printJson({ step: index + 1, title, ok, seen: words, ms });
    else
      cli.terminal.print(
        `${ok ? paint.green('pass') : paint.red('FAIL')} ${String(index + 1).padStart(2)} ${title}: ${cleanLine(words)}`,
      );
    // Without a server and a first run there is nothing to look at.
    if (!ok && (index === 0 || course.sessionId === '')) return exits.failed;
  }
  if (!cli.terminal.json)
    cli.terminal.print(
      failed === 0 ? `All ${steps.length} steps passed.` : `${failed} of ${steps.length} steps failed.`,
    );
  return failed === 0 ? exits.completed : exits.failed;
}

function expectThat(holds: boolean, found: string): void {
  if (!holds) throw new Error(found);
}

async function start({ client, projectId, sessionId }: Course, prompt: string) {
  return client.runs.create({ projectId, prompt, session: { policy: 'resume', sessionId } });
}

/** Once the run has ended, within the time for a run. */
async function ended({ client, timeoutMs }: Course, runId: string): Promise<RunOutcome> {
  const signal = AbortSignal.timeout(timeoutMs);
  return client.runs.follow(runId, { signal }).result();
}

async function startNew(course: Course, name: string, prompt: string) {
  const { client, projectId, target } = course;
  const session = { policy: 'new' as const, name, ...(target !== undefined && { aspTargetName: target }) };
  return client.runs.create({ projectId, prompt, session });
}

async function countRuns({ client, sessionId }: Course, expected: number): Promise<string> {
  const { total } = await client.sessions.listRuns(sessionId);
  expectThat(total === expected, `${total} runs, and ${expected} were started`);
  return `${total}`;
}

const steps: readonly Step[] = [
  {
    title: 'the server answers, and the project is there',
    async check({ client, projectId }) {
      const { version } = await client.server.status();
      await client.projects.get(projectId);
      return `version ${version}`;
    },
  },
  {
    title: 'a prompt is taken on a new session',
    async check(course) {
      const prompt = 'What is 2+2? Answer with just the number.';
      const { runId, sessionId } = await startNew(course, 'Smoke Test Session', prompt);
      Object.assign(course, { runId, sessionId });
      return sessionId;
    },
  },
  {
    title: 'its events are streamed to the end of the run',
    async check(course) {
      const signal = AbortSignal.timeout(course.timeoutMs);
      for await (const envelope of course.client.runs.follow(course.runId, { signal }))
        course.followed.push(envelope);
      return `${course.followed.length} events, the last one ${course.followed.at(-1)?.type}`;
    },
  },
  {
    title: 'the session is what was asked for',
    async check({ client, sessionId, projectId }) {
      const session = await client.sessions.get(sessionId);
      expectThat(
        session.name === 'Smoke Test Session' && session.projectId === projectId,
        JSON.stringify(session),
      );
      return `"${session.name}", agent ${session.harness}`;
    },
  },
  {
    title: 'the answer is 4',
    async check(course) {
      const { status, finalOutput = '', error } = await ended(course, course.runId);
      expectThat(status === 'completed', `${status}: ${error?.message}`);
      expectThat(/\b4\b/.test(finalOutput), finalOutput);
      return finalOutput;
    },
  },
  { title: 'the session has one run', check: (course) => countRuns(course, 1) },
  {
    title: 'the session goes on and its context is there',
    async check(course) {
      const { runId, sessionId } = await start(course, 'What was my previous question?');
      expectThat(sessionId === course.sessionId && runId !== course.runId, `${runId} on ${sessionId}`);
      const { status, finalOutput = '' } = await ended(course, runId);
      expectThat(status === 'completed' && /2\s*\+\s*2/.test(finalOutput), `${status}: ${finalOutput}`);
      return finalOutput;
    },
  },
  { title: 'the session has two runs', check: (course) => countRuns(course, 2) },
  {
    title: 'the log of the session has both runs',
    async check({ client, sessionId }) {
      const { total } = await client.sessions.listEvents(sessionId, { types: ['run_completed'] });
      expectThat(total === 2, `${total} runs completed in the log`);
      return `${(await client.sessions.get(sessionId)).headSeq} events`;
    },
  },
  {
    title: 'the events of one run are those that were streamed',
    async check({ client, runId, followed }) {
      const { events, total } = await client.runs.listEvents(runId, { limit: 1000 });
      const [streamed, read] = [followed, events].map((all) =>
        all
          .slice(0, 1000)
          .map(({ seq }) => seq)
          .join(),
      );
      expectThat(
        streamed === read && events.every((one) => one.runId === runId),
        `${total} events, ${followed.length} streamed`,
      );
      return `${total} events`;
    },
  },
  {
    title: 'events are filtered by type',
    async check({ client, runId }) {
      const { events, total } = await client.runs.listEvents(runId, {
        types: ['run_queued', 'run_completed'],
      });
      expectThat(total === 2, events.map(({ type }) => type).join(' '));
      return `${total}`;
    },
  },
  {
    title: 'events come in pages',
    async check({ client, runId }) {
      const { events, hasMore } = await client.runs.listEvents(runId, { limit: 2, offset: 0 });
      expectThat(events.length === 2 && hasMore, `${events.length} events, more: ${hasMore}`);
      return '2 events, and there are more';
    },
  },
  {
    title: 'a run that does not exist is not found',
    async check({ client }) {
      const { ApiError } = await import('../client/index.js');
      const error = await client.runs.listEvents('nonexistent-run').catch((failure: unknown) => failure);
      expectThat(
        error instanceof ApiError && error.status === 404 && error.message === 'run not found',
        String(error),
      );
      return '404 run not found';
    },
  },
  {
    title: 'a prompt waits behind one that runs',
    async check(course) {
      const slow = await start(course, slowPrompt(5));
      const next = await start(course, 'Hello');
      const { status } = await ended(course, next.runId);
      const [first, second] = await Promise.all(
        [slow, next].map(({ runId }) => course.client.runs.get(runId)),
      );
      expectThat(status === 'completed' && first?.status === 'completed', `${first?.status}, then ${status}`);
      expectThat(
        (first?.completedAt ?? Number.NaN) <= (second?.startedAt ?? 0),
        'the second began before the first had ended',
      );
      return 'both completed, one after the other';
    },
  },
  {
    title: 'a run is cancelled while it runs',
    async check(course) {
      const { runId, sessionId } = await startNew(course, 'Cancel Test', slowPrompt(30));
      course.sessionId = sessionId;
      const signal = AbortSignal.timeout(course.timeoutMs);
      for await (const { type } of course.client.runs.follow(runId, {
        types: ['tool_execution_start'],
        signal,
      })) {
        if (type === 'tool_execution_start') break;
      }
      const { status } = await course.client.runs.cancel(runId);
      expectThat(status === 'cancelled', status);
      return status;
    },
  },
  {
    title: 'its session takes the next prompt',
    async check(course) {
      const { runId } = await start(course, 'Hello');
      const { status, error } = await ended(course, runId);
      expectThat(status === 'completed', `${status}: ${error?.message}`);
      return status;
    },
  },
];
