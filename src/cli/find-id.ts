/** What people type for a thing: its id, the beginning of it, its name, or `@last` for the newest. */
import type { Client, Permission, Project, RunSummary, Session } from '../client/index.js';
import { Refusal, UsageError } from './exits.js';
import { collectRows, readRows } from './read-rows.js';
import { didYouMean } from './suggest.js';

const whole = /^(?:ses|run|prm|perm|req)_[0-9a-f]{32}$/;
const last = '@last';
/** So many are looked through for the beginning of an id or a name. */
const rowsMax = 10_000;
const namedMax = 5;

/** A whole id is taken as it is; the server says when there is no such session. */
export async function findSession(client: Client, text: string): Promise<string> {
  if (whole.test(text)) return text;
  if (text === last) return newest(await client.sessions.list({ limit: 1 }), 'session').sessionId;
  const rows = readRows(client, 'listSessions', { query: { archived: 'all' }, max: rowsMax }, (page) => page);
  const found = await pick<Session>(rows, text, 'session', 'sessions', ({ sessionId, name }) => [
    sessionId,
    name,
  ]);
  return found.sessionId;
}

export async function findRun(client: Client, text: string): Promise<string> {
  if (whole.test(text)) return text;
  if (text === last) return newest((await client.runs.list({ limit: 1 })).runs, 'run').runId;
  const rows = readRows(client, 'listRuns', { max: rowsMax }, ({ runs }) => runs);
  return (await pick<RunSummary>(rows, text, 'run', 'runs', ({ runId }) => [runId])).runId;
}

export async function findProject(client: Client, text: string): Promise<Project> {
  const rows = readRows(client, 'listProjects', { max: rowsMax }, (page) => page);
  return pick<Project>(rows, text, 'project', 'projects list', ({ projectId, name }) => [projectId, name]);
}

/** Without a text the only one that waits for an answer. */
export async function findPermission(client: Client, text: string | undefined): Promise<string> {
  if (text !== undefined && whole.test(text)) return text;
  const rows = readRows(
    client,
    'listPermissions',
    { query: { status: 'pending' }, max: rowsMax },
    ({ permissions }) => permissions,
  );
  if (text !== undefined && text !== last)
    return (
      await pick<Permission>(rows, text, 'permission request', 'permissions', ({ requestId }) => [requestId])
    ).requestId;
  const waiting = await collectRows(rows);
  const [only, ...others] = text === last ? waiting.slice(-1) : waiting;
  if (only === undefined) throw new Refusal('No permission is asked for.');
  if (others.length > 0)
    throw new UsageError(`${waiting.length} requests wait: say which ("quarterdeck permissions" lists them)`);
  return only.requestId;
}

/** The project that was named, else the one whose folder holds `folder`. */
export async function findProjectOrHere(
  client: Client,
  text: string | undefined,
  folder: string,
): Promise<Project> {
  return text === undefined ? projectOfFolder(client, folder) : findProject(client, text);
}

/** The innermost when there are several. */
async function projectOfFolder(client: Client, folder: string): Promise<Project> {
  let nearest: Project | undefined;
  for await (const project of readRows(client, 'listProjects', { max: rowsMax }, (page) => page)) {
    const isWithin = folder === project.root || folder.startsWith(`${project.root.replace(/\/$/, '')}/`);
    if (isWithin && project.root.length >= (nearest?.root.length ?? 0)) nearest = project;
  }
  if (nearest !== undefined) return nearest;
  throw new UsageError(
    `no project holds this folder: name one with --project ("quarterdeck projects list" shows them), or make it one with "quarterdeck projects add ."`,
  );
}

async function pick<Row>(
  rows: AsyncIterable<Row>,
  text: string,
  what: string,
  listedBy: string,
  wordsOf: (row: Row) => [id: string, name?: string],
): Promise<Row> {
  const beginnings: Row[] = [];
  const named: Row[] = [];
  const words = new Set<string>();
  for await (const row of rows) {
    const [id, name] = wordsOf(row);
    words.add(id.includes('_') ? (name ?? id) : id);
    if (name !== undefined) words.add(name);
    if (id === text) return row;
    // `0198…` is as good as `ses_0198…`.
    if (id.startsWith(text) || id.slice(id.indexOf('_') + 1).startsWith(text)) beginnings.push(row);
    if (name === text) named.push(row);
  }
  const found = named.length > 0 ? named : beginnings;
  const [only, ...others] = found;
  if (only === undefined)
    throw new Refusal(
      `There is no ${what} "${text}".${didYouMean(text, words)} "quarterdeck ${listedBy}" lists them.`,
    );
  if (others.length === 0) return only;
  const ids = found.slice(0, namedMax).map((row) => wordsOf(row)[0]);
  throw new UsageError(
    `"${text}" may be ${found.length} things: ${ids.join(', ')}${found.length > namedMax ? ' …' : ''}`,
  );
}

function newest<Row>([row]: readonly Row[], what: string): Row {
  if (row === undefined) throw new Refusal(`There is no ${what} yet.`);
  return row;
}
