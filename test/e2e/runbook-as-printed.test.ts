/**
 * The smoke test that clients of this API have always had, every command as it is printed: only the address is another
 * and `<paste-…>` is what the reader would paste. The page lies beside the repository; without it there is nothing to run.
 */
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Command, type Outcome, readSteps, Shell } from '../support/commands.js';
import { root, type ServerProcess, startServerProcess } from '../support/server-process.js';

const pagePath = join(root, '../shared/spec/session-smoke-test.md');
const present = existsSync(pagePath);
const steps = readSteps(present ? readFileSync(pagePath, 'utf8') : '');
const printedBase = 'http://127.0.0.1:18420';

let server: ServerProcess;
let shell: Shell;
let folder: string;

beforeAll(async () => {
  if (!present) return;
  folder = mkdtempSync(join(tmpdir(), 'quarterdeck-test-'));
  server = await startServerProcess();
  shell = new Shell();
});

afterAll(async () => {
  if (!present) return;
  shell?.stop();
  await server?.stop();
  rmSync(folder, { recursive: true, force: true });
});

type Ids = Record<'runId' | 'sessionId', string>;
let last: Ids = { runId: '', sessionId: '' };
const run: Ids[] = [];

function commandsOf(title: string): Command[] {
  const step = steps.find((candidate) => candidate.title.startsWith(title));
  if (step === undefined) throw new Error(`the page has no section "${title}"`);
  return step.commands;
}

/** What the command printed. The ids in the last answer are what the next command's `<paste-…>` stands for. */
async function perform({ text }: Command): Promise<string> {
  const pasted = text
    .replaceAll(printedBase, server.url)
    .replace(/<paste-(?:new-)?(runId|sessionId)>/g, (_, key: keyof Ids) => last[key]);
  const { status, stdout, stderr }: Outcome = await shell.run(pasted);
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  return stdout;
}

async function performStart(command: Command): Promise<Ids> {
  const answer = JSON.parse(await perform(command)) as Ids & { status: string };
  expect(answer).toEqual({
    runId: expect.any(String),
    sessionId: expect.any(String),
    status: 'queued',
  });
  last = answer;
  run.push(answer);
  return answer;
}

async function performOnly(title: string): Promise<string> {
  const [command, ...more] = commandsOf(title);
  expect(more).toEqual([]);
  return perform(command as Command);
}

async function untilEnded({ runId }: Ids): Promise<void> {
  const response = await fetch(`${server.url}/admin/runs/${runId}/wait?timeoutMs=60000`, {
    headers: { 'x-cp-token': 'dev' },
  });
  expect(await response.json()).toMatchObject({ status: 'completed' });
}

function json(text: string): unknown {
  return JSON.parse(text);
}

if (!present) console.warn('Skipped: session-smoke-test.md is not beside this checkout.');

describe.skipIf(!present)('the printed smoke test', () => {
  it('finds the server and the project', async () => {
    const [look, variables] = commandsOf('Prerequisites');
    const printed = await perform(look as Command);
    expect(printed).toContain('"status": "ok"');
    expect(printed.trim().split('\n').at(-1)).toBe('"rex"');
    await perform(variables as Command);
  });

  it('1: counts the sessions', async () => {
    expect(json(await performOnly('Test 1:'))).toBe(0);
  });

  it('2: starts a run, which creates a session', async () => {
    const [start, capture] = commandsOf('Test 2:');
    const { runId } = await performStart(start as Command);
    await perform(capture as Command);
    expect((await shell.run('echo "$RUN_ID"')).stdout.trim()).toBe(runId);
  });

  it('3: connects a stream', async () => {
    const [stream] = commandsOf('Test 3:');
    // The page says "in a separate terminal".
    await shell.run(`( ${stream?.text} ) > ${folder}/stream 2> /dev/null &`);
    await expect.poll(() => readFileSync(`${folder}/stream`, 'utf8')).toContain('event: ack\n');
  });

  it('4: shows the session', async () => {
    expect(json(await performOnly('Test 4:'))).toMatchObject({
      sessionId: last.sessionId,
      projectId: 'rex',
      backendKind: 'asp',
      name: 'Smoke Test Session',
      source: { kind: 'batch' },
      createdAt: expect.any(Number),
    });
  });

  it('5: waits for the answer 4', async () => {
    expect(json(await performOnly('Test 5:'))).toMatchObject({
      status: 'completed',
      completedAt: expect.any(Number),
      finalOutput: '4',
    });
  });

  it('6: lists one run', async () => {
    expect(await performOnly('Test 6:')).toBe('1\n');
  });

  it('7: resumes the session', async () => {
    const [start, capture] = commandsOf('Test 7:');
    const [first] = run;
    const second = await performStart(start as Command);
    expect(second.sessionId).toBe(first?.sessionId);
    expect(second.runId).not.toBe(first?.runId);
    await perform(capture as Command);
  });

  it('8: has kept the context', async () => {
    const outcome = json(await performOnly('Test 8:'));
    expect(outcome).toMatchObject({ status: 'completed', finalOutput: expect.stringContaining('2+2') });
  });

  it('9: lists two runs', async () => {
    expect(await performOnly('Test 9:')).toBe('2\n');
  });

  it('3, again: the stream has shown the second run as it happened', async () => {
    const live = () => readFileSync(`${folder}/stream`, 'utf8').split('\n\n').slice(1).join('\n\n');
    await expect.poll(live).toContain('"type":"run_completed"');
    expect(live()).toContain(run[1]?.runId);
  });

  it('10: has events of both runs', async () => {
    expect(json(await performOnly('Test 10:'))).toBeGreaterThan(10);
  });

  it('11: gives the events of one run', async () => {
    const page = json(await performOnly('Test 11:')) as { events: { runId: string }[]; total: number };
    expect(page).toMatchObject({ total: page.events.length, hasMore: false });
    expect(new Set(page.events.map(({ runId }) => runId))).toEqual(new Set([run[0]?.runId]));
  });

  it('12: filters them by type', async () => {
    const { events } = json(await performOnly('Test 12:')) as { events: { type: string }[] };
    const others = events.filter(({ type }) => !/^tool_execution_(start|end)$/.test(type));
    expect(others).toEqual([]);
  });

  it('13: gives them in pages', async () => {
    const page = json(await performOnly('Test 13:')) as { events: unknown[] };
    expect(page).toMatchObject({ hasMore: true });
    expect(page.events).toHaveLength(2);
  });

  it('14: answers 404 for a run that does not exist', async () => {
    expect(json(await performOnly('Test 14:'))).toEqual({ error: 'run not found' });
    const response = await fetch(`${server.url}/admin/runs/nonexistent-run/events`, {
      headers: { 'x-cp-token': 'dev' },
    });
    expect(response.status).toBe(404);
  });

  it('15: queues a run behind one that runs, and completes both', async () => {
    const [slow, next, look] = commandsOf('Test 15:');
    await performStart(slow as Command);
    const queued = await performStart(next as Command);
    await untilEnded(queued);
    const statuses = [...(await perform(look as Command)).matchAll(/"status": "(\w+)"/g)];
    expect(statuses.map(([, status]) => status)).toEqual(Array.from({ length: 4 }, () => 'completed'));
  });

  it('16: cancels a running run, and its session goes on', async () => {
    const [cancel, resume] = commandsOf('Test 16:');
    const printed = await perform(cancel as Command);
    expect(printed).toContain('\n"running"\n');
    expect(printed).toContain('"status": "cancelled"');
    await untilEnded(await performStart(resume as Command));
  });
});
