/** What the command line says of itself, without a server. */
import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { commands } from '../../src/cli/commands.js';
import { runCommand } from '../support/command-line.js';

describe('the command line, of itself', () => {
  it.each(commands.map(({ name, about }) => ({ name, about })))(
    'explains $name with examples',
    async ({ name, about }) => {
      const { code, stdout, stderr } = await runCommand([name, '--help']);
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      expect(stdout).toContain(about);
      expect(stdout).toMatch(/^Examples:\n {2}.*quarterdeck /m);
      expect(await runCommand(['help', name])).toEqual({ code, stdout, stderr });
    },
  );

  it('explains a part of a command, with the examples of the command', async () => {
    const { code, stdout } = await runCommand(['help', 'queue', 'move']);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^Usage: quarterdeck queue move [\s\S]*--first[\s\S]*\nExamples:\n/);
    expect(await runCommand(['queue', 'move', '--help'])).toMatchObject({ stdout });
  });

  it('explains nothing that there is not', async () => {
    expect(await runCommand(['help', 'sesions'])).toEqual({
      code: 2,
      stdout: '',
      stderr:
        'quarterdeck: unknown command \'sesions\'. Did you mean sessions?\n"quarterdeck --help" lists the commands.\n',
    });
  });

  it('says of a mistake where to read on, and says it in JSON where that is wanted', async () => {
    const words = 'missing required argument \'run\'\n"quarterdeck wait --help" explains it.';
    expect(await runCommand(['wait'])).toEqual({ code: 2, stdout: '', stderr: `quarterdeck: ${words}\n` });
    for (const args of [
      ['wait', '--json'],
      ['--json', 'wait'],
    ])
      expect(await runCommand(args)).toEqual({
        code: 2,
        stdout: '',
        stderr: `${JSON.stringify({ error: words })}\n`,
      });
  });

  it('says that a prompt stands in quotes only where there is one', async () => {
    expect((await runCommand(['run', 'two', 'words'])).stderr).toContain('stands in quotes');
    expect(await runCommand(['token', 'two'])).toMatchObject({
      code: 2,
      stderr: 'quarterdeck: "two" is one argument too many\n',
    });
  });

  it('offers only the settings that a command heeds', async () => {
    const flags = async (name: string) =>
      [...(await runCommand([name, '--help'])).stdout.matchAll(/^ {2}--([a-z-]+) <value>/gm)].map(
        ([, flag]) => flag,
      );
    expect(await flags('backup')).toEqual(['home']);
    expect(await flags('restore')).toEqual(['home']);
    expect(await flags('doctor')).toEqual(['host', 'port', 'home', 'agents-dir', 'agent-isolation']);
    expect((await flags('serve')).length).toBeGreaterThan(30);
  });

  it.each([
    ['usage', '--since', '2026-02-31'],
    ['usage', '--until', 'yesterday'],
    ['wait', 'run_1', '--timeout', 'soon'],
    ['runs', '--limit', 'all'],
  ])('refuses a value that it does not understand before it asks a server: %s %s %s', async (...args) => {
    const { code, stderr } = await runCommand(args);
    expect(code).toBe(2);
    expect(stderr).toContain(`"${args.at(-1)}" is no`);
  });

  it('suggests what was meant', async () => {
    const command = await runCommand(['sesions']);
    expect(command).toMatchObject({
      code: 2,
      stdout: '',
      stderr: expect.stringContaining('Did you mean sessions?'),
    });
    const option = await runCommand(['run', '--folow', 'Hello']);
    expect(option).toMatchObject({ code: 2, stderr: expect.stringContaining('Did you mean --follow?') });
  });

  it('makes tokens that differ', async () => {
    const [one, two] = await Promise.all([runCommand(['token']), runCommand(['token'])]);
    expect(one?.stdout).toMatch(/^[\w-]{43}\n$/);
    expect(one?.stdout).not.toBe(two?.stdout);
  });

  it('completes commands and options in bash', async () => {
    const { stdout } = await runCommand(['completion', 'bash']);
    const complete = (...words: string[]) => {
      const line = `${stdout}\nCOMP_WORDS=(${words.map((word) => `'${word}'`).join(' ')}); COMP_CWORD=${words.length - 1}; _quarterdeck; printf '%s\\n' "\${COMPREPLY[@]}"`;
      return spawnSync('bash', ['--norc', '-c', line], { encoding: 'utf8' }).stdout.trim().split('\n');
    };
    expect(complete('quarterdeck', 'se')).toEqual(['send', 'sessions', 'search', 'serve']);
    expect(complete('qd', 'run', '--fo')).toEqual(['--follow']);
    expect(complete('qd', '--json', 'projects', 'a')).toEqual(['add']);
    expect(complete('qd', '--url', 'http://127.0.0.1:9', 'run', '--fo')).toEqual(['--follow']);
    expect(complete('qd', 'queue', 'move', 'run_0198f3', '--f')).toEqual(['--first']);
    expect(complete('qd', 'run', 'queue', '--first')).toEqual(['']);
  });

  it('writes completions for zsh and fish that name every command', async () => {
    for (const shell of ['zsh', 'fish']) {
      const { stdout } = await runCommand(['completion', shell]);
      for (const { name } of commands) expect(stdout).toContain(name);
    }
  });
});
