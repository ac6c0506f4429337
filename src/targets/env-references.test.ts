import { describe, expect, it } from 'vitest';
import { enterTargets, type TargetsWorld } from '../../test/support/targets-world.js';

// biome-ignore-start lint/suspicious/noTemplateCurlyInString: this is how the file writes a reference.
const secret = 's3cret-value';
const baseEnv = { KEY: secret, EMPTY: '', QUARTERDECK_TOKEN: secret, DATABASE_URL: secret };

async function withSecrets(lines: string, env: Record<string, string> = baseEnv): Promise<TargetsWorld> {
  const world = await enterTargets({ baseEnv: env });
  await world.writeTarget(lines);
  return world;
}

describe('a reference to the environment', () => {
  it('is filled in for the launch, in variables, arguments, addresses and headers', async () => {
    const world = await withSecrets(
      [
        'compose = ["space:project:rules"]',
        'env = { A = "x-${env:KEY}-${env:KEY}", B = "${env:EMPTY}", C = "$KEY ${KEY}" }',
        '[targets.a.mcp.db]',
        'command = "db"',
        'args = ["--key", "${env:KEY}"]',
        'env = { K = "${env:KEY}" }',
        '[targets.a.mcp.web]',
        'url = "https://web.test/?key=${env:KEY}"',
        'headers = { authorization = "Bearer ${env:KEY}" }',
      ].join('\n'),
    );
    await world.writeSpace('rules', '[settings]\nenv = { D = "${env:KEY}" }');
    expect(await world.plan()).toMatchObject({
      env: { A: `x-${secret}-${secret}`, B: '', C: '$KEY ${KEY}', D: secret },
      bundle: {
        mcpServers: {
          db: { args: ['--key', secret], env: { K: secret } },
          web: { url: `https://web.test/?key=${secret}`, headers: { authorization: `Bearer ${secret}` } },
        },
      },
    });
    expect(await world.describe()).toMatchObject({
      env: [{ name: 'D', from: 'space:project:rules' }, { name: 'A' }, { name: 'B' }, { name: 'C' }],
      mcpServers: [
        { name: 'db', from: 'targets.a', kind: 'stdio', command: 'db' },
        { name: 'web', from: 'targets.a', kind: 'http', url: 'https://web.test/' },
      ],
      warnings: [],
    });
  });

  it('is never shown with its value, nor is what stands in the file in its place', async () => {
    const world = await withSecrets(
      `env = { A = "\${env:KEY}", B = "plain-${secret}" }\n[targets.a.mcp.web]\nurl = "https://u:${secret}@web.test/mcp?k=${secret}#${secret}"\nheaders = { h = "${secret}" }\n[targets.a.mcp.db]\ncommand = "db"\nargs = ["${secret}"]`,
    );
    expect(JSON.stringify(await world.targets.describe(world.root))).not.toContain(secret);
    expect(JSON.stringify(world.warned)).not.toContain(secret);
  });

  it('to nothing refuses the launch and is warned of, by name', async () => {
    const world = await withSecrets('env = { A = "${env:GONE}${env:KEY}" }');
    const refusal = await world.refusal();
    expect(refusal).toBe(
      'The target "a" cannot be used: ${env:GONE} is not set in the environment of the server. Start the server with it, or take the reference out.',
    );
    expect((await world.describe()).warnings).toEqual([expect.stringContaining('${env:GONE} is not set')]);
    expect(JSON.stringify(world.warned)).not.toContain(secret);
  });

  it.each(['QUARTERDECK_TOKEN', 'DATABASE_URL'])(
    'to %s, a setting of the server, is refused',
    async (name) => {
      const world = await withSecrets(`env = { A = "\${env:${name}}" }`);
      expect(await world.refusal()).toContain('a setting of the server, which agents do not get');
      expect((await world.describe()).warnings).toEqual([expect.stringContaining(name)]);
    },
  );

  it('by a server to a variable of the agent is filled in with what the target gives it', async () => {
    const world = await withSecrets(
      [
        'env = { TOKEN = "${env:KEY}", LOOKS = "${TOKEN}" }',
        '[targets.a.mcp.db]',
        'command = "db"',
        'args = ["${TOKEN}", "${TOKEN:-none}", "${LOOKS}", "$TOKEN"]',
        'env = { K = "${HOME}/${GONE:-x}" }',
      ].join('\n'),
    );
    expect((await world.plan()).bundle?.mcpServers.db).toMatchObject({
      args: [secret, secret, '${TOKEN}', '$TOKEN'],
      env: { K: '${HOME}/${GONE:-x}' },
    });
  });

  it('by a server to what the target does not give is warned of, where the agent does not fill it in', async () => {
    const world = await enterTargets({ baseEnv });
    const target = (harness: string) =>
      `[targets.${harness}]\nharness = "${harness}"\nenv = { A = "1" }\n[targets.${harness}.mcp.db]\ncommand = "db"\nargs = ["\${A}", "\${GONE}"]`;
    await world.write('asp-targets.toml', ['schema = 1', target('codex'), target('claude')].join('\n'));
    expect((await world.describe('codex')).warnings).toEqual([expect.stringMatching(/\$\{GONE\}.*"env"/)]);
    expect((await world.describe('claude')).warnings).toEqual([]);
  });

  it('in a table of an agent is warned of, because nothing fills it in', async () => {
    const world = await withSecrets('[targets.a.builtin]\naskBefore = ["${env:KEY}"]');
    expect((await world.describe()).warnings).toEqual([
      expect.stringMatching(/asp-targets\.toml:4:1: targets\.a\.builtin: \$\{env:…\} is filled in only in /),
    ]);
  });

  it('to what every object has is a reference to nothing', async () => {
    const world = await withSecrets('env = { A = "${env:constructor}" }');
    expect(await world.refusal()).toContain('is not set');
  });
});
// biome-ignore-end lint/suspicious/noTemplateCurlyInString: see above.
