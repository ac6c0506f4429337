/**
 * Reads `asp-targets.toml`: `schema = 1` and a table per target.
 *
 *   [targets.smokey]
 *   description = "…"
 *   harness = "builtin"
 *   compose = ["space:project:house-rules"]
 *   [targets.smokey.builtin]   # options of that agent
 *
 * What this version does not act on is named in `warnings`, never dropped in silence.
 */
import type { Budget, HarnessName } from '../contract/index.js';
import { type McpServer, type PermissionPolicy, policyFrom } from '../core/index.js';
import { broken, withoutEffect } from './broken.js';
import { readApproval, readCodexTable } from './codex-table.js';
import { readServers } from './parse-mcp.js';
import { checkFile, type ParsedFile, parseToml, unknownKeys } from './parsed-file.js';
import { parseSpaceReference, type SpaceReference } from './space-reference.js';
import {
  harnessAliases,
  knownFileKeys,
  knownProvisioningKeys,
  knownTargetKeys,
  type TargetTable,
  targetsTable,
} from './target-table.js';

export interface Target {
  name: string;
  description?: string;
  harness: HarnessName;
  /** The agent as the file calls it, for what spaces say they support. */
  harnessAlias: string;
  model?: string;
  /** With references to the server's environment as they are written. */
  env: Record<string, string>;
  options: Record<string, unknown>;
  compose: { reference: SpaceReference; place: string }[];
  mcpServers: Map<string, McpServer>;
  primingPrompt?: string;
  permissions?: PermissionPolicy;
  limits?: Budget;
  warnings: string[];
}

export interface TargetsFile {
  targets: Map<string, Target>;
  /** Of the file as a whole; each target has its own beside. */
  warnings: string[];
}

/** What holds for all targets of a file that use the agent. */
type AgentDefaults = Partial<Record<HarnessName, Record<string, unknown>>>;

/** Throws `target_invalid` with the file, the place and what to do. */
export function parseTargets(text: string, path: string): TargetsFile {
  const file = parseToml(text, path);
  const { targets, claude, codex, ...others } = checkFile(file, targetsTable);
  const ofCodex = codex && readCodexTable(file, ['codex'], codex);
  const defaults = { ...(claude && { claude }), ...(ofCodex && { codex: ofCodex.options }) };
  const read = Object.entries(targets).map(([name, table]) =>
    new TargetReader(file, name, table).read(defaults),
  );
  return {
    targets: new Map(read.map((target) => [target.name, target])),
    warnings: [...(ofCodex?.warnings ?? []), ...unknownKeys(file, [], others, knownFileKeys)],
  };
}

class TargetReader {
  private readonly warnings: string[] = [];
  private readonly keys: string[];

  constructor(
    private readonly file: ParsedFile,
    private readonly name: string,
    private readonly table: TargetTable,
  ) {
    this.keys = ['targets', name];
  }

  read(defaults: AgentDefaults): Target {
    const { table, file, name } = this;
    const { alias, harness } = this.agent(defaults);
    const options = this.options(alias, harness, defaults);
    const model = table.provisioning.model ?? (typeof options.model === 'string' ? options.model : undefined);
    const mcp = readServers(file, [...this.keys, 'mcp'], table.mcp);
    const primingPrompt = this.primingPrompt();
    const permissions = this.permissions();
    const limits = Object.fromEntries(
      Object.entries(table.limits ?? {}).filter(([, value]) => value !== undefined),
    );
    if (table.compose_mode === 'merge') this.warnOf('compose_mode');
    this.warnings.push(
      ...mcp.warnings,
      ...unknownKeys(file, [...this.keys, 'provisioning'], table.provisioning, knownProvisioningKeys),
    );
    return {
      name,
      harness,
      harnessAlias: alias,
      env: table.env,
      options,
      compose: table.compose.map((text) => this.reference(text)),
      mcpServers: mcp.servers,
      warnings: this.warnings,
      ...(table.description === undefined ? {} : { description: table.description }),
      ...(model === undefined ? {} : { model }),
      ...(primingPrompt === '' ? {} : { primingPrompt }),
      ...(permissions === undefined ? {} : { permissions }),
      ...(table.limits === undefined ? {} : { limits }),
    };
  }

  private agent(defaults: AgentDefaults): { alias: string; harness: HarnessName } {
    const named = this.table.harness ?? this.table.provisioning.harness;
    const isOfTheFormat = this.table.compose.length > 0 || Object.keys(defaults).length > 0;
    if (named === undefined && isOfTheFormat) {
      this.warnings.push(
        `${this.file.placeOf(this.keys)}: ${this.keys.join('.')} names no agent, so the built-in one is taken. Set "harness".`,
      );
    }
    const alias = named ?? 'builtin';
    return { alias, harness: harnessAliases[alias] ?? 'builtin' };
  }

  /** The table of the target's agent, over what `provisioning` and the file say of that agent. */
  private options(alias: string, harness: HarnessName, defaults: AgentDefaults): Record<string, unknown> {
    const { table } = this;
    const optionsKey = alias in table ? alias : harness;
    for (const key of Object.keys(table)) {
      if (key !== optionsKey && !knownTargetKeys.has(key)) this.warnOf(key);
    }
    for (const key of ['claude', 'codex'] as const) {
      if (harness !== key && table.provisioning[key] !== undefined) this.warnOf('provisioning', key);
    }
    const own = tableOrNothing(table[optionsKey]);
    if (JSON.stringify(own).includes('${env:')) this.warnOfReference(optionsKey);
    if (harness === 'codex') return { ...defaults.codex, ...this.codexOptions(optionsKey, own) };
    for (const key of ['reasoning', 'sandbox', 'approval'] as const) {
      if (table.provisioning[key] !== undefined) this.warnOf('provisioning', key);
    }
    return { ...defaults[harness], ...(harness === 'claude' ? table.provisioning.claude : {}), ...own };
  }

  private codexOptions(optionsKey: string, own: Record<string, unknown>): Record<string, unknown> {
    const { reasoning, sandbox, approval, codex = {} } = this.table.provisioning;
    const provisioned = readCodexTable(this.file, [...this.keys, 'provisioning', 'codex'], codex);
    const approvalRead = readApproval(this.file, [...this.keys, 'provisioning', 'approval'], approval);
    const ownRead = readCodexTable(this.file, [...this.keys, optionsKey], own);
    this.warnings.push(...provisioned.warnings, ...approvalRead.warnings, ...ownRead.warnings);
    const named = defined({
      model_reasoning_effort: reasoning,
      sandbox_mode: sandbox,
      approval_policy: approvalRead.approval,
    });
    return { ...provisioned.options, ...named, ...ownRead.options };
  }

  private primingPrompt(): string {
    const { priming, priming_append, priming_prompt, priming_prompt_append } = this.table;
    // There is no prompt of an agent's own to append to: the parts are what there is.
    return [priming_prompt ?? priming, priming_prompt_append ?? priming_append]
      .filter((part) => part !== undefined)
      .join('\n')
      .trim();
  }

  private permissions(): PermissionPolicy | undefined {
    const { permissions: table } = this.table;
    const yolo = this.table.yolo ?? this.table.provisioning.yolo ?? false;
    if (table === undefined) return yolo ? { mode: 'bypass', rules: [] } : undefined;
    if (yolo && table.mode !== 'bypass') {
      throw broken(
        this.file.placeOf([...this.keys, 'permissions']),
        `${this.keys.join('.')}: "yolo" allows everything and "permissions" does not. Remove one of them.`,
      );
    }
    return policyFrom(table);
  }

  private reference(text: string): Target['compose'][number] {
    const reference = parseSpaceReference(text);
    const place = this.file.placeOf([...this.keys, 'compose'], text);
    if ('problem' in reference) throw broken(place, `${this.keys.join('.')}.compose: ${reference.problem}`);
    return { reference, place };
  }

  private warnOfReference(optionsKey: string): void {
    const keys = [...this.keys, optionsKey];
    this.warnings.push(
      `${this.file.placeOf(keys)}: ${keys.join('.')}: \${env:…} is filled in only in "env" and in MCP servers, so that no secret is on a command line`,
    );
  }

  private warnOf(...keys: string[]): void {
    const all = [...this.keys, ...keys];
    this.warnings.push(withoutEffect(this.file.placeOf(all), all.join('.')));
  }
}

function tableOrNothing(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {};
}

function defined(values: Record<string, string | undefined>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
}
