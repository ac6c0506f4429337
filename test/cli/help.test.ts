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
  });

  it('writes completions for zsh and fish that name every command', async () => {
    for (const shell of ['zsh', 'fish']) {
      const { stdout } = await runCommand(['completion', shell]);
      for (const { name } of commands) expect(stdout).toContain(name);
    }
  });
});
