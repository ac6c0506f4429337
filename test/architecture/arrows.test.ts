/** The layers of `docs/architecture.md`: who may import whom. What is absent here is forbidden. */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';

const src = resolve(import.meta.dirname, '../../src');

/** A room is the first folder below src, two folders deep in store/ and harness/; single files are rooms too. */
const arrows: Record<string, string[]> = {
  contract: [],
  core: ['contract'],
  'store/sqlite': ['core', 'contract'],
  targets: ['core', 'contract'],
  http: ['core', 'contract'],
  client: ['contract'],
  'harness/process': ['core', 'contract'],
  'harness/report': ['core', 'contract'],
  'harness/builtin': ['harness/process', 'core', 'contract'],
  'harness/claude': ['harness/process', 'harness/report', 'core', 'contract'],
  'harness/codex': ['harness/process', 'harness/report', 'core', 'contract'],
  'harness/pi': ['harness/process', 'harness/report', 'core', 'contract'],
  'harness/acp': ['harness/process', 'harness/report', 'core', 'contract'],
  cli: ['client', 'contract'],
  'environment.ts': [],
  'config.ts': ['environment.ts', 'contract'],
  'demo-project.ts': ['core', 'contract'],
  'version.ts': [],
  'server.ts': [
    'demo-project.ts',
    'version.ts',
    'config.ts',
    'contract',
    'core',
    'store/sqlite',
    'harness/process',
    'harness/builtin',
    'harness/claude',
    'harness/codex',
    'harness/pi',
    'harness/acp',
    'http',
    'targets',
  ],
  'main.ts': [
    'server.ts',
    'cli',
    'store/sqlite',
    'version.ts',
    'environment.ts',
    'config.ts',
    'contract',
    'core',
  ],
};

interface SourceFile {
  path: string;
  room: string;
  text: string;
  imports: string[];
}

const files: SourceFile[] = readdirSync(src, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile() && entry.name.endsWith('.ts') && !entry.name.endsWith('.test.ts'))
  .map((entry) => {
    const file = join(entry.parentPath, entry.name);
    const text = readFileSync(file, 'utf8');
    const path = relative(src, file);
    return { path, room: roomOf(path), text, imports: relativeImports(file, text) };
  });

function roomOf(path: string): string {
  const parts = path.split('/');
  if (parts.length === 1) return path;
  return parts[0] === 'store' || parts[0] === 'harness' ? parts.slice(0, 2).join('/') : (parts[0] as string);
}

function relativeImports(file: string, text: string): string[] {
  const specifiers = [...text.matchAll(/(?:from|import)\s*\(?\s*'(\.[^']+)'/g)].map(
    (match) => match[1] as string,
  );
  return specifiers.map((specifier) =>
    relative(src, resolve(dirname(file), specifier)).replace(/\.js$/, '.ts'),
  );
}

describe('the layers', () => {
  it('has a place in the table for every file', () => {
    expect(files.filter(({ room }) => arrows[room] === undefined).map(({ path }) => path)).toEqual([]);
  });

  it.each(Object.keys(arrows))('%s imports only what the table allows', (room) => {
    const wrong = files
      .filter((file) => file.room === room)
      .flatMap((file) =>
        file.imports
          .filter((target) => roomOf(target) !== room && !arrows[room]?.includes(roomOf(target)))
          .map((target) => `${file.path} → ${target}`),
      );
    expect(wrong).toEqual([]);
  });

  it('enters another folder only by its front door', () => {
    const wrong = files.flatMap((file) =>
      file.imports
        .filter(
          (target) => roomOf(target) !== file.room && target.includes('/') && !target.endsWith('/index.ts'),
        )
        .map((target) => `${file.path} → ${target}`),
    );
    expect(wrong).toEqual([]);
  });

  it('gives the client types alone', () => {
    const loads = /^(?:import|export) (?!type\b)[^;]*? from '(?:\.\.\/[^']*|[^.][^']*)'/gm;
    const wrong = files
      .filter(({ room }) => room === 'client')
      .flatMap(({ path, text }) => [...text.matchAll(loads)].map(([line]) => `${path}: ${line}`));
    expect(wrong).toEqual([]);
  });

  it('has no cycles', () => {
    const byPath = new Map(files.map((file) => [file.path, file]));
    const done = new Set<string>();
    const cycles: string[] = [];
    function visit(path: string, trail: string[]): void {
      if (trail.includes(path)) cycles.push([...trail.slice(trail.indexOf(path)), path].join(' → '));
      if (done.has(path) || trail.includes(path)) return;
      for (const target of byPath.get(path)?.imports ?? []) visit(target, [...trail, path]);
      done.add(path);
    }
    for (const { path } of files) visit(path, []);
    expect(cycles).toEqual([]);
  });

  it('reads the environment only in environment.ts', () => {
    const readers = files.filter(({ text }) => /process\s*\.\s*env\b|\{\s*env\s*\}\s*=\s*process/.test(text));
    expect(readers.map(({ path }) => path)).toEqual(['environment.ts']);
  });

  it('speaks SQL only in store/', () => {
    const sql = /['"`]\s*(?:SELECT\s+[\w*]|INSERT\s+INTO|UPDATE\s+\w+\s+SET|DELETE\s+FROM|PRAGMA\s+\w)/;
    expect(
      files.filter(({ path, text }) => !path.startsWith('store/') && sql.test(text)).map(({ path }) => path),
    ).toEqual([]);
  });

  it('keeps files below 400 lines', () => {
    const long = files.filter(({ text }) => text.split('\n').length > 400);
    expect(long.map(({ path }) => path)).toEqual([]);
  });
});
