/** What can be looked at, for people and for programs; and how things are named. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { script, type World } from '../contract/http/world.js';
import { Program } from '../fault/program.js';
import { type Ask, askServer } from '../support/command-line.js';

describe('the command line, for looking', () => {
  let program: Program;
  let world: World;
  let ask: Ask;
  const runs: { runId: string; sessionId: string }[] = [];

  beforeAll(async () => {
    program = await Program.start();
    world = program.world;
    ask = askServer(world.server.baseUrl);
    runs.push(await world.complete('What is 2+2?'), await world.complete('Hello'));
  });
  afterAll(() => program?.leave());

  /** One object of each line. */
  async function read(...args: string[]): Promise<Record<string, unknown>[]> {
    const { code, stdout, stderr } = await ask([...args, '--json']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    return stdout
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
  }

  it('lists sessions and runs, newest first, a line of JSON for each or columns with tabs', async () => {
    const { projectId } = world.project;
    const sessions = await read('sessions', '--project', projectId);
    expect(sessions.map(({ sessionId }) => sessionId)).toEqual([runs[1]?.sessionId, runs[0]?.sessionId]);
    const listed = await read('runs', '--project', projectId, '--status', 'completed');
    expect(listed.map(({ runId }) => runId)).toEqual([runs[1]?.runId, runs[0]?.runId]);
    const { stdout } = await ask(['runs', '--session', runs[0]?.sessionId ?? '']);
    expect(stdout).toMatch(
      new RegExp(`^${runs[0]?.runId}\tcompleted\t${projectId}\t[^\t]+\tWhat is 2\\+2\\?\n$`),
    );
    expect(await read('runs', '--limit', '1')).toHaveLength(1);
  });

  it('lists events from either end', async () => {
    const { runId = '', sessionId = '' } = runs[0] ?? {};
    const all = await read('events', runId, '--limit', '1000');
    expect(all).toEqual((await world.events({ params: { runId }, query: { limit: 1000 } })).events);
    const log = (await world.events({ params: { sessionId }, query: { limit: 1000 } })).events;
    expect(await read('events', sessionId, '--last', '3')).toEqual(log.slice(-3));
    expect(await read('events', sessionId, '--after', '2', '--limit', '2')).toEqual(log.slice(2, 4));
    expect(await read('events', sessionId, '--types', 'run_completed')).toEqual(log.slice(-1));
    expect(await read('events', sessionId, '--last', '0')).toEqual([]);
  });

  it('shows a session, a run and a project', async () => {
    const [{ runId, sessionId } = { runId: '', sessionId: '' }] = runs;
    const { projectId } = world.project;
    for (const [text, expected] of [
      [runId, { runId, finalOutput: '4' }],
      [sessionId, { sessionId, projectId }],
      [projectId, { projectId, root: world.project.root }],
    ] as const)
      expect(await read('show', text)).toEqual([expect.objectContaining(expected)]);
    expect((await ask(['show', runId])).stdout).toMatch(/^finalOutput +4$/m);
    expect(await ask(['show', 'nothing'])).toMatchObject({ code: 1, stdout: '' });
  });

  it('takes an unambiguous beginning of an id and lists what else it may be', async () => {
    const common = 'run_0';
    const { code, stderr } = await ask(['show', common]);
    expect(code).toBe(2);
    for (const { runId } of runs) expect(stderr).toContain(runId);
  });

  it('adds, lists and removes projects', async () => {
    const root = world.folder();
    expect(await ask(['projects', 'add', '.', '--id', 'added', '--name', 'Added'], { folder: root })).toEqual(
      {
        code: 0,
        stdout: 'added\n',
        stderr: '',
      },
    );
    expect(await read('projects')).toContainEqual(expect.objectContaining({ projectId: 'added', root }));
    for (const nearly of ['Added', 'adde', 'adedd'])
      expect(await ask(['projects', 'remove', nearly])).toMatchObject({
        code: expect.any(Number),
        stderr: expect.stringContaining('Did you mean "'),
      });
    expect((await ask(['projects', 'remove', 'added'])).stdout).toBe('added removed\n');
  });

  it('lists targets and explains one', async () => {
    writeFileSync(
      join(world.project.root, 'asp-targets.toml'),
      'schema = 1\n[targets.plain]\ndescription = "Plain work"\nharness = "builtin"\n',
    );
    const project = ['--project', world.project.projectId];
    expect(await read('targets', 'list', ...project)).toEqual([expect.objectContaining({ name: 'plain' })]);
    expect((await ask(['targets', 'explain', 'plain', ...project])).stdout).toMatch(
      /^plain: Plain work\nagent builtin\n/,
    );
    expect((await ask(['targets', 'explain', 'other', ...project])).stderr).toContain('there are plain');
  });

  it('lists the agents of the server', async () => {
    expect(await read('harnesses')).toContainEqual(expect.objectContaining({ name: 'builtin' }));
    const { stdout } = await ask(['harnesses']);
    expect(stdout).toMatch(/^builtin\t/m);
    expect(stdout).toMatch(/^claude\tClaude Code\tno\t\w+\tinstall: npm install /m);
  });

  it('passes its own smoke test, step by step', async () => {
    const steps = await read('smoke', '--project', world.project.projectId);
    expect(steps).toHaveLength(16);
    expect(steps.filter(({ ok }) => ok !== true)).toEqual([]);
    const { code, stdout } = await ask(['smoke', '--project', 'nowhere']);
    expect(code).toBe(1);
    expect(stdout).toMatch(/^FAIL {2}1 /);
  });

  it('prints no colours and no control characters into a pipe', async () => {
    const say = 'red \x1b[31mred\x1b[0m\x07 and \u202egnol';
    const { stdout } = await ask([
      ...['run', '--project', world.project.projectId, '--follow'],
      script({ say }, { tool: { name: 'Bash', input: { command: 'printf "\\033[2Jcleared"' } } }),
    ]);
    expect(stdout).toContain('red red and gnol');
    expect(stdout).toContain('  cleared');
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these must not be there.
    expect(stdout).not.toMatch(/[\x00-\x08\x0b-\x1f\x7f-\x9f\u202e]/);
  });
});
