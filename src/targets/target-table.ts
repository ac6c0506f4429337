/** What a table of `asp-targets.toml` may say: today's keys of the format, those of the years before, and ours. */
import { z } from 'zod';
import { type HarnessName, limits, policyInput } from '../contract/index.js';
import { bounds } from './bounds.js';
import { environmentName } from './env-references.js';
import { mcpServers } from './parse-mcp.js';
import { formatVersion } from './parsed-file.js';

/** Agents by every name that the format gives them. */
export const harnessAliases: Readonly<Record<string, HarnessName>> = {
  builtin: 'builtin',
  claude: 'claude',
  'claude-code': 'claude',
  'claude-agent-sdk': 'claude',
  'agent-sdk': 'claude',
  codex: 'codex',
  'codex-cli': 'codex',
  pi: 'pi',
  'pi-cli': 'pi',
  'pi-sdk': 'pi',
  acp: 'acp',
};

const harness = z.enum(Object.keys(harnessAliases) as [string, ...string[]]);
const agentTable = z.record(z.string(), z.unknown());
const positive = z.number().positive();

const limitsTable = z.strictObject({
  maxTurns: z.int().min(1).max(limits.maxTurnsMax).optional(),
  maxToolCalls: z.int().min(1).optional(),
  maxDurationMs: z.int().min(1).optional(),
  maxTokens: z.int().min(1).optional(),
  maxCostUsd: positive.optional(),
});

const provisioning = z.looseObject({
  harness: harness.optional(),
  model: z.string().optional(),
  reasoning: z.string().optional(),
  yolo: z.boolean().optional(),
  sandbox: z.string().optional(),
  approval: z.string().optional(),
  claude: agentTable.optional(),
  codex: agentTable.optional(),
});

export const targetTable = z.looseObject({
  ...Object.fromEntries(Object.keys(harnessAliases).map((name) => [name, agentTable.optional()])),
  description: z.string().max(2000).optional(),
  harness: harness.optional(),
  compose: z.array(z.string()).max(bounds.referencesMax).default([]),
  compose_mode: z.enum(['replace', 'merge']).optional(),
  yolo: z.boolean().optional(),
  priming_prompt: z.string().optional(),
  priming_prompt_append: z.string().optional(),
  priming: z.string().optional(),
  priming_append: z.string().optional(),
  env: z.record(environmentName, z.string()).default({}),
  mcp: mcpServers.default({}),
  permissions: policyInput.optional(),
  limits: limitsTable.optional(),
  provisioning: provisioning.prefault({}),
});

export const targetsTable = z.looseObject({
  schema: formatVersion,
  claude: agentTable.optional(),
  codex: agentTable.optional(),
  targets: z
    .record(z.string().min(1).max(limits.nameCharsMax), targetTable)
    .refine((targets) => Object.keys(targets).length <= bounds.targetsMax, {
      message: `has more than ${bounds.targetsMax} targets`,
    })
    .default({}),
});

export type TargetTable = z.output<typeof targetTable>;

export const knownFileKeys: ReadonlySet<string> = new Set(['schema', 'targets', 'claude', 'codex']);

/** Tables of agents are looked at apart: a target has one agent. */
export const knownTargetKeys: ReadonlySet<string> = new Set([
  'description',
  'harness',
  'compose',
  'compose_mode',
  'yolo',
  'priming_prompt',
  'priming_prompt_append',
  'priming',
  'priming_append',
  'env',
  'mcp',
  'permissions',
  'limits',
  'provisioning',
]);

export const knownProvisioningKeys: ReadonlySet<string> = new Set([
  'harness',
  'model',
  'reasoning',
  'yolo',
  'sandbox',
  'approval',
  'claude',
  'codex',
]);
