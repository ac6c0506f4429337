/**
 * Reads `asp-targets.toml`: `schema = 1` and a table per target.
 *
 *   [targets.smokey]
 *   description = "…"
 *   harness = "builtin"
 *   [targets.smokey.builtin]   # options of that agent
 *
 * What this version does not act on is kept aside and named in `warnings`, never dropped in silence.
 */
import { parse, TomlError } from 'smol-toml';
import { z } from 'zod';
import { AppError, type HarnessName } from '../contract/index.js';

export interface Target {
  name: string;
  description?: string;
  harness: HarnessName;
  model?: string;
  env: Record<string, string>;
  options: Record<string, unknown>;
}

export interface TargetsFile {
  targets: Map<string, Target>;
  warnings: string[];
}

const harnessAliases: Record<string, HarnessName> = {
  builtin: 'builtin',
  claude: 'claude',
  'claude-agent-sdk': 'claude',
  codex: 'codex',
  pi: 'pi',
  'pi-sdk': 'pi',
  acp: 'acp',
};

const options = z.record(z.string(), z.unknown());

const targetTable = z.looseObject({
  ...Object.fromEntries(Object.keys(harnessAliases).map((name) => [name, options.optional()])),
  description: z.string().optional(),
  harness: z.enum(Object.keys(harnessAliases) as [string, ...string[]]).default('builtin'),
  env: z.record(z.string(), z.string()).default({}),
});

const targetsTable = z.looseObject({
  schema: z.literal(1),
  targets: z.record(z.string().min(1).max(200), targetTable).default({}),
});

const knownKeys = new Set(['schema', 'targets']);
const knownTargetKeys = new Set(['description', 'harness', 'env']);

/** Throws `target_invalid` with the file, the place and what to do. */
export function parseTargets(text: string, path: string): TargetsFile {
  const result = targetsTable.safeParse(parseToml(text, path));
  if (!result.success) {
    const [issue] = result.error.issues;
    const place = issue?.path.join('.') ?? '';
    throw new AppError(
      'target_invalid',
      `${path}: ${place === '' ? 'the file' : place}: ${issue?.message ?? 'is not valid'}`,
    );
  }
  const warnings = Object.keys(result.data)
    .filter((key) => !knownKeys.has(key))
    .map(withoutEffect);
  const targets = new Map<string, Target>();
  for (const [name, table] of Object.entries(result.data.targets)) {
    targets.set(name, targetFrom(name, table, warnings));
  }
  return { targets, warnings };
}

function targetFrom(name: string, table: z.output<typeof targetTable>, warnings: string[]): Target {
  const harness = harnessAliases[table.harness] ?? 'builtin';
  const optionsKey = table.harness in table ? table.harness : harness;
  for (const key of Object.keys(table)) {
    if (key !== optionsKey && !knownTargetKeys.has(key))
      warnings.push(withoutEffect(`targets.${name}.${key}`));
  }
  const options = optionsTable(table[optionsKey]);
  return {
    name,
    harness,
    env: table.env,
    options,
    ...(table.description === undefined ? {} : { description: table.description }),
    ...(typeof options.model === 'string' ? { model: options.model } : {}),
  };
}

function withoutEffect(place: string): string {
  return `${place} has no effect in this version`;
}

function optionsTable(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {};
}

function parseToml(text: string, path: string): unknown {
  try {
    return parse(text);
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    const [reason] = error.message.split('\n');
    throw new AppError(
      'target_invalid',
      `${path}:${error.line}:${error.column}: ${reason ?? 'is not valid TOML'}`,
      {
        cause: error,
      },
    );
  }
}
