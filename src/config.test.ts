import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { environmentName, flagName, isLoopback, loadConfig, settings } from './config.js';

interface Given {
  flags?: Record<string, string>;
  env?: Record<string, string>;
  /** The text of `config.toml` in the data directory. */
  file?: string;
}

/** An environment without any of our settings but those given. */
function load({ flags = {}, env = {}, file }: Given = {}) {
  const home = mkdtempSync(join(tmpdir(), 'quarterdeck-config-'));
  onTestFinished(() => {
    vi.unstubAllEnvs();
    rmSync(home, { recursive: true, force: true });
  });
  if (file !== undefined) writeFileSync(join(home, 'config.toml'), file);
  for (const name of Object.keys(settings)) vi.stubEnv(environmentName(name), undefined);
  for (const name of ['QUARTERDECK_CONFIG', 'DATABASE_URL']) vi.stubEnv(name, undefined);
  vi.stubEnv('QUARTERDECK_HOME', home);
  for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value);
  return { home, config: () => loadConfig(flags).config };
}

describe('the configuration', () => {
  it('starts without any setting: on loopback, with the development token', () => {
    const { home, config } = load();
    expect(config()).toMatchObject({ host: '127.0.0.1', port: 18420, token: 'dev', home, allowedHosts: [] });
  });

  it('takes flags over the environment, the environment over the file, the file over defaults', () => {
    const file = 'port = 1\nwaitsMax = 1\nstreamsMax = 1';
    const env = { QUARTERDECK_PORT: '2', QUARTERDECK_WAITS_MAX: '2' };
    const { config } = load({ file, env, flags: { port: '3' } });
    expect(config()).toMatchObject({ port: 3, waitsMax: 2, streamsMax: 1, drainMs: 10_000 });
  });

  it('has a flag and a variable for every setting, each a word of its own', () => {
    expect([flagName('activeRunsMax'), environmentName('activeRunsMax')]).toEqual([
      'active-runs-max',
      'QUARTERDECK_ACTIVE_RUNS_MAX',
    ]);
    const names = Object.keys(settings);
    expect(new Set(names.map(flagName)).size).toBe(names.length);
    expect(new Set(names.map(environmentName)).size).toBe(names.length);
  });

  it('takes an empty variable for one that is not set, for every setting', () => {
    const empty = Object.fromEntries(Object.keys(settings).map((name) => [environmentName(name), '']));
    const { home } = load({ file: '' });
    const env = { ...empty, DATABASE_URL: '', QUARTERDECK_CONFIG: join(home, 'config.toml') };
    expect(load({ env }).config()).toMatchObject({
      port: 18420,
      token: 'dev',
      home: join(homedir(), '.quarterdeck'),
    });
  });

  it('takes an empty name of a file for none', () => {
    const { config } = load({ file: 'port = 7', env: { QUARTERDECK_CONFIG: '' } });
    expect(config()).toMatchObject({ port: 7 });
  });

  it.each([
    ['port', '65536', 'must be a whole number from 0 to 65535'],
    ['port', 'many', 'must be a whole number from 0 to 65535'],
    ['waitsMax', '1.5', 'must be a whole number from 1 to 100000'],
    ['agentIsolation', 'maybe', 'must be auto, off or required'],
    ['logLevel', 'loud', 'must be debug, info, warn, error or silent'],
  ])('says what %s takes when it is %s', (name, value, words) => {
    expect(load({ flags: { [name]: value } }).config).toThrow(`--${flagName(name)}: ${words}`);
  });

  it.each([
    ['a flag', { flags: { port: 'many' } }, '--port'],
    ['a variable', { env: { QUARTERDECK_ACTIVE_RUNS_MAX: '1.5' } }, 'QUARTERDECK_ACTIVE_RUNS_MAX'],
    ['a variable out of bounds', { env: { QUARTERDECK_PORT: '65536' } }, 'QUARTERDECK_PORT'],
    ['the file', { file: 'heartbeatMs = "soon"' }, 'heartbeatMs in the config file'],
    ['the file, of another type', { file: 'heartbeatMs = true' }, 'heartbeatMs in the config file'],
    ['the file, a list', { file: 'heartbeatMs = [20]' }, 'heartbeatMs in the config file'],
    ['a choice', { env: { QUARTERDECK_LOG_LEVEL: 'loud' } }, 'QUARTERDECK_LOG_LEVEL'],
  ])('names where a wrong value came from: %s', (_, given, origin) => {
    expect(load(given).config).toThrow(
      expect.objectContaining({ code: 'validation_failed', message: expect.stringContaining(origin) }),
    );
  });

  it('names a setting of the file that does not exist, and the file', () => {
    const { home, config } = load({ file: 'prot = 1' });
    expect(config).toThrow(/there is no setting "prot"/);
    expect(config).toThrow(join(home, 'config.toml'));
  });

  it('names the place where the file is not TOML', () => {
    const { home, config } = load({ file: 'port = 1\nwaitsMax = = 2' });
    expect(config).toThrow(
      expect.objectContaining({
        code: 'validation_failed',
        message: expect.stringContaining(join(home, 'config.toml')),
      }),
    );
    expect(config).toThrow(/2/);
  });

  it('reads the file that is named, and says when it is not there', () => {
    const { home } = load({ file: 'port = 7' });
    const elsewhere = load({ env: { QUARTERDECK_CONFIG: join(home, 'config.toml') } });
    expect(elsewhere.config()).toMatchObject({ port: 7 });
    const missing = join(home, 'missing.toml');
    const { config } = load({ env: { QUARTERDECK_CONFIG: missing } });
    expect(config).toThrow(`there is no file ${missing}`);
  });

  it('takes the data directory from the file that is named, when nothing else says it', () => {
    const { home } = load({ file: 'home = "/var/lib/elsewhere"' });
    const env = { QUARTERDECK_CONFIG: join(home, 'config.toml'), QUARTERDECK_HOME: '' };
    expect(load({ env }).config()).toMatchObject({ home: '/var/lib/elsewhere' });
    const both = { QUARTERDECK_CONFIG: join(home, 'config.toml'), QUARTERDECK_HOME: '/var/lib/here' };
    expect(load({ env: both }).config()).toMatchObject({ home: '/var/lib/here' });
  });

  it('splits further host names at commas', () => {
    const { config } = load({ env: { QUARTERDECK_ALLOWED_HOSTS: ' Deck.example , , other ' } });
    expect(config().allowedHosts).toEqual(['deck.example', 'other']);
  });

  it('hands the environment on as it is', () => {
    load({ env: { SOME_KEY: 'some value' } });
    expect(loadConfig({}).baseEnv.SOME_KEY).toBe('some value');
  });
});

describe('the development token', () => {
  it.each(['127.0.0.1', '127.8.9.10', 'localhost', '::1'])('is good on %s', (host) => {
    expect(load({ flags: { host } }).config()).toMatchObject({ token: 'dev', host });
  });

  it.each(['0.0.0.0', '::', '192.168.1.2', '10.0.0.1', 'deck.example', '127.0.0.1.example'])(
    'is refused on %s, with words that say how to set one',
    (host) => {
      const { config } = load({ flags: { host } });
      expect(config).toThrow(expect.objectContaining({ code: 'validation_failed' }));
      expect(config).toThrow(/QUARTERDECK_TOKEN=/);
      expect(config).toThrow(host);
    },
  );

  it('is no obstacle where another is set', () => {
    const { config } = load({ flags: { host: '0.0.0.0' }, env: { QUARTERDECK_TOKEN: 'secret' } });
    expect(config()).toMatchObject({ host: '0.0.0.0', token: 'secret' });
    expect(isLoopback('0.0.0.0')).toBe(false);
  });
});

describe('a database address', () => {
  it('is refused as long as there is only SQLite', () => {
    const { config } = load({ env: { DATABASE_URL: 'postgres://somewhere' } });
    expect(config).toThrow(
      expect.objectContaining({ code: 'unsupported', message: expect.stringContaining('DATABASE_URL') }),
    );
  });
});
