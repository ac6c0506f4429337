/** `space.toml`: what a space is called, what it depends on, and what it sets. */
import { z } from 'zod';
import type { HarnessName } from '../contract/index.js';
import { bounds } from './bounds.js';
import { broken } from './broken.js';
import { environmentName } from './env-references.js';
import { checkFile, formatVersion, type ParsedFile, unknownKeys } from './parsed-file.js';
import { isSpaceId, parseSpaceReference, type SpaceReference } from './space-reference.js';

const list = z.array(z.string());
const modelOnly = z.looseObject({ model: z.string().optional() });

const spaceFile = z.looseObject({
  schema: formatVersion,
  id: z.string().refine(isSpaceId, 'must be up to 64 of a-z, 0-9 and single "-" between them'),
  version: z
    .string()
    .regex(/^\d+\.\d+\.\d+(?:-[0-9A-Za-z.-]+)?(?:\+[0-9A-Za-z.-]+)?$/, 'must be a version such as "1.0.0"')
    .optional(),
  description: z.string().max(2000).optional(),
  // Names and licences for a catalogue of plugins: they change nothing of what an agent gets.
  plugin: z.record(z.string(), z.unknown()).optional(),
  deps: z.looseObject({ spaces: list.max(bounds.referencesMax).default([]) }).prefault({}),
  settings: z
    .looseObject({
      permissions: z.looseObject({ allow: list.default([]), deny: list.default([]) }).optional(),
      env: z.record(environmentName, z.string()).default({}),
      model: z.string().optional(),
    })
    .prefault({}),
  harness: z.looseObject({ supports: list.optional() }).prefault({}),
  claude: z.looseObject({ model: z.string().optional(), mcp: list.max(20).optional() }).prefault({}),
  codex: modelOnly.prefault({}),
  pi: z
    .looseObject({ model: z.string().optional(), extensions: list.max(bounds.entriesMax).optional() })
    .prefault({}),
});

const known: [keys: string[], known: string[]][] = [
  [
    [],
    [
      'schema',
      'id',
      'version',
      'description',
      'plugin',
      'deps',
      'settings',
      'harness',
      'claude',
      'codex',
      'pi',
    ],
  ],
  [['deps'], ['spaces']],
  [['settings'], ['permissions', 'env', 'model']],
  [
    ['settings', 'permissions'],
    ['allow', 'deny'],
  ],
  [['harness'], ['supports']],
  [['claude'], ['model', 'mcp']],
  [['codex'], ['model']],
  [['pi'], ['model', 'extensions']],
];

export interface Manifest {
  id: string;
  version?: string;
  description?: string;
  dependencies: { reference: SpaceReference; place: string }[];
  /** Agents by the names of the format; absent: all. */
  supports?: string[];
  env: Record<string, string>;
  models: Partial<Record<HarnessName, string>>;
  toolRules?: { allow: string[]; deny: string[] };
  /** Files that Pi loads, relative to the space; absent: those in `extensions/`. */
  piExtensions?: string[];
  /** Files with MCP servers, relative to the space; absent: `mcp/mcp.json`. */
  mcpFiles?: string[];
  warnings: string[];
}

/** Throws `target_invalid` with file, line and column. */
export function parseSpace(file: ParsedFile): Manifest {
  const table = checkFile(file, spaceFile);
  const warnings = known.flatMap(([keys, names]) => {
    const at = keys.reduce<unknown>((value, key) => (value as Record<string, unknown>)[key], table);
    return unknownKeys(file, keys, (at ?? {}) as object, new Set(names));
  });
  const { id, version, description, deps, settings, harness, claude, pi } = table;
  const { permissions } = settings;
  return {
    id,
    dependencies: deps.spaces.map((text) => dependency(file, text)),
    env: settings.env,
    models: modelsOf(table),
    warnings,
    ...(version === undefined ? {} : { version }),
    ...(description === undefined ? {} : { description }),
    ...(harness.supports === undefined ? {} : { supports: harness.supports }),
    ...(permissions === undefined ? {} : { toolRules: { allow: permissions.allow, deny: permissions.deny } }),
    ...(pi.extensions === undefined ? {} : { piExtensions: pi.extensions }),
    ...(claude.mcp === undefined ? {} : { mcpFiles: claude.mcp }),
  };
}

function dependency(file: ParsedFile, text: string): Manifest['dependencies'][number] {
  const reference = parseSpaceReference(text);
  const place = file.placeOf(['deps', 'spaces'], text);
  if ('problem' in reference) throw broken(place, `deps.spaces: ${reference.problem}`);
  return { reference, place };
}

function modelsOf({ settings, claude, codex, pi }: z.output<typeof spaceFile>): Manifest['models'] {
  // `settings` are those of Claude Code in this format.
  const models = { claude: claude.model ?? settings.model, codex: codex.model, pi: pi.model };
  return Object.fromEntries(Object.entries(models).filter(([, model]) => model !== undefined));
}
