import { expect, it } from 'vitest';
import { cleanEnvironment, markCovers } from './environment.js';

it('passes on what programs need and nothing that the server knows', () => {
  const host = {
    PATH: '/bin',
    HOME: '/h',
    LC_ALL: 'C',
    XDG_CONFIG_HOME: '/h/config',
    CLAUDE_CONFIG_DIR: '/h/claude',
    QUARTERDECK_TOKEN: 'secret',
    ANTHROPIC_API_KEY: 'secret',
    DATABASE_URL: 'x',
    TZ: undefined,
  };
  expect(cleanEnvironment(host, { MODEL: 'm', HOME: '/own' }, 'mark')).toEqual({
    QUARTERDECK_MARK: 'mark',
    PATH: '/bin',
    HOME: '/own',
    LC_ALL: 'C',
    XDG_CONFIG_HOME: '/h/config',
    CLAUDE_CONFIG_DIR: '/h/claude',
    MODEL: 'm',
  });
});

it('lets nothing replace the mark, and puts it first', () => {
  const env = cleanEnvironment({ QUARTERDECK_MARK: 'outer' }, { QUARTERDECK_MARK: 'forged' }, 'own');
  expect(Object.entries(env)[0]).toEqual(['QUARTERDECK_MARK', 'own']);
});

it('lets a mark cover itself and finer ones', () => {
  expect(['a/b', 'a/b/c', 'a/bc', 'a'].map((found) => markCovers('a/b', found))).toEqual([
    true,
    true,
    false,
    false,
  ]);
});
