/** The targets of a project over HTTP, asked of the real program. */
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { HttpClient } from '../../support/http-client.js';
import { type ServerProcess, startServerProcess } from '../../support/server-process.js';

let server: ServerProcess;
let client: HttpClient;
const folders: string[] = [];

beforeAll(async () => {
  server = await startServerProcess();
  client = new HttpClient({ baseUrl: server.url, token: 'dev' });
});

afterAll(async () => {
  client?.close();
  await server?.stop();
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

async function newProject(
  projectId: string,
  files: Readonly<Record<string, string>>,
  defaultTarget?: string,
) {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'quarterdeck-targets-')));
  folders.push(root);
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, name)), { recursive: true });
    writeFileSync(join(root, name), text);
  }
  await client.ask('createProject', { body: { projectId, root, ...(defaultTarget && { defaultTarget }) } });
  return root;
}

const list = (projectId: string) => client.ask('listTargets', { params: { projectId } });

describe('the targets of a project', () => {
  test('are listed with what they come to and where each part is from', async () => {
    const files = {
      'asp-targets.toml':
        'schema = 1\n[targets.main]\ndescription = "Main"\nharness = "builtin"\ncompose = ["space:project:rules"]\ncolour = "red"\n[targets.main.mcp.db]\ncommand = "db"\nenv = { KEY = "s3cret" }\n',
      'spaces/rules/space.toml': 'schema = 1\nid = "rules"\nversion = "1.0.0"\n',
      'spaces/rules/AGENT.md': 'Be kind.',
      'spaces/rules/skills/review/SKILL.md': '---\ndescription: How to review\n---\n',
    };
    const root = await newProject('listed', files, 'main');
    const answer = await list('listed');
    const from = 'space:project:rules';
    expect(answer).toEqual({
      defaultTarget: 'main',
      warnings: [],
      targets: [
        {
          name: 'main',
          description: 'Main',
          harness: 'builtin',
          env: [],
          spaces: [{ reference: from, id: 'rules', version: '1.0.0', path: join(root, 'spaces/rules') }],
          instructions: [{ from, path: join(root, 'spaces/rules/AGENT.md'), bytes: 8 }],
          skills: [
            {
              name: 'review',
              from,
              path: join(root, 'spaces/rules/skills/review'),
              description: 'How to review',
            },
          ],
          commands: [],
          agents: [],
          mcpServers: [{ name: 'db', from: 'targets.main', kind: 'stdio', command: 'db' }],
          hooks: [],
          conflicts: [],
          warnings: [`${root}/asp-targets.toml:6:1: targets.main.colour has no effect in this version`],
        },
      ],
    });
    expect(JSON.stringify(answer)).not.toContain('s3cret');
    expect(server.stderr()).not.toContain('s3cret');
  });

  test('are none where there is no file, and the built-in agent is the default', async () => {
    await newProject('empty', {});
    expect(await list('empty')).toEqual({ defaultTarget: 'builtin', targets: [], warnings: [] });
  });

  test('that cannot be used are listed with why, and refuse a run with the same words', async () => {
    const root = await newProject('gone', {
      'asp-targets.toml':
        'schema = 1\n[targets.a]\nharness = "builtin"\ncompose = ["space:project:gone"]\n[targets.b]\nharness = "builtin"\n',
    });
    const { targets } = await list('gone');
    expect(targets.map(({ name, error }) => [name, error?.code])).toEqual([
      ['a', 'target_invalid'],
      ['b', undefined],
    ]);
    const message = targets[0]?.error?.message;
    expect(message).toContain(`${root}/asp-targets.toml:4:12: space:project:gone: there is no folder`);
    const body = { projectId: 'gone', aspTargetName: 'a' };
    expect(await client.refused('createSession', { body })).toMatchObject({
      status: 422,
      code: 'target_invalid',
      message,
    });
    expect((await client.ask('createSession', { body: { ...body, aspTargetName: 'b' } })).aspTargetName).toBe(
      'b',
    );
  });

  test('whose agent does not understand its table are listed with all the rest and why, and refuse a run', async () => {
    const root = await newProject('misspelt', {
      'asp-targets.toml': [
        'schema = 1',
        ...[
          '[targets.a]',
          'harness = "codex"',
          'compose = ["space:project:rules"]',
          'codex = { sandbox = "none" }',
        ],
        ...['[targets.b]', 'harness = "claude"', 'claude = { args = ["--resume"] }'],
        ...['[targets.c]', 'harness = "pi"', 'pi = { thinking = "deep" }'],
        ...['[targets.d]', 'harness = "acp"'],
        ...['[targets.e]', 'builtin = { askBefor = [] }'],
        '',
      ].join('\n'),
      'spaces/rules/space.toml': 'schema = 1\nid = "rules"\n',
    });
    const { targets } = await list('misspelt');
    expect(targets.map(({ name, error }) => [name, error?.code])).toEqual(
      ['a', 'b', 'c', 'd', 'e'].map((name) => [name, 'target_invalid']),
    );
    const [misspelt] = targets;
    expect(misspelt?.spaces).toMatchObject([{ path: `${root}/spaces/rules` }]);
    expect(misspelt?.error?.message).toContain('"sandbox" is not an option of Codex');
    const body = { projectId: 'misspelt', prompt: 'Hello', session: { aspTargetName: 'a' } };
    expect(await client.refused('createRun', { body })).toMatchObject({
      status: 422,
      message: misspelt?.error?.message,
    });
  });

  test('of a broken file are refused with file, line and column', async () => {
    const root = await newProject('broken', {
      'asp-targets.toml': 'schema = 1\n[targets.a]\nharness = "gpt"\n',
    });
    const refusal = await client.refused('listTargets', { params: { projectId: 'broken' } });
    expect(refusal).toMatchObject({ status: 422, code: 'target_invalid' });
    expect(refusal.message).toContain(`${root}/asp-targets.toml:3:1: targets.a.harness: `);
  });

  test('of no project are none', async () => {
    const refusal = await client.refused('listTargets', { params: { projectId: 'nothing' } });
    expect(refusal).toMatchObject({ status: 404, code: 'project_not_found' });
  });

  test('take no run when their space is broken, and take it again once it is mended', async () => {
    const root = await newProject('mended', {
      'asp-targets.toml': 'schema = 1\n[targets.a]\nharness = "builtin"\ncompose = ["space:project:rules"]\n',
      'spaces/rules/space.toml': 'schema = 1\nid = rules\n',
    });
    const body = { projectId: 'mended', prompt: 'What is 2+2?', session: { aspTargetName: 'a' } };
    const refusal = await client.refused('createRun', { body });
    expect(refusal.message).toContain('spaces/rules/space.toml:2:6: ');
    writeFileSync(join(root, 'spaces/rules/space.toml'), 'schema = 1\nid = "rules"\n');
    const { runId } = await client.ask('createRun', { body });
    const query = { timeoutMs: 45_000 };
    expect(await client.ask('waitForRun', { params: { runId }, query })).toMatchObject({
      status: 'completed',
      finalOutput: '4',
    });
  });

  test('give what they come to to the agent, and a new conversation sees what changed', async () => {
    const space = 'schema = 1\nid = "rules"\n';
    const root = await newProject('given', {
      'asp-targets.toml':
        'schema = 1\n[targets.a]\nharness = "builtin"\ncompose = ["space:project:rules"]\nenv = { SECRET = "hidden" }\n',
      'spaces/rules/space.toml': space,
      'spaces/rules/AGENT.md': 'Always be brief.\n',
      'spaces/rules/skills/take-notes/SKILL.md': '# Take notes\n',
    });
    const ask = async (prompt: string) => {
      const body = { projectId: 'given', prompt, session: { aspTargetName: 'a' } };
      const { runId } = await client.ask('createRun', { body });
      const query = { timeoutMs: 45_000 };
      return (await client.ask('waitForRun', { params: { runId }, query })).finalOutput;
    };
    const given = await ask('What were you given?');
    expect(given).toContain('The target "a" gave me');
    expect(given).toContain('- skills: take-notes');
    expect(given).not.toContain('hidden');
    expect(await ask('What are your instructions?')).toContain('Always be brief.');
    writeFileSync(join(root, 'spaces/rules/AGENT.md'), 'Always be long.\n');
    expect(await ask('What are your instructions?')).toContain('Always be long.');
  });
});
