/** A target for people: what it comes to, and where each part is from. Names of secrets are told, their values never. */
import type { TargetDescription } from '../contract/index.js';
import type { McpServer } from '../core/index.js';
import type { Composition, From } from './compose-spaces.js';
import {
  type BaseEnv,
  missingVariables,
  missingWords,
  unfilledReferences,
  valuesOf,
} from './env-references.js';
import type { Target } from './parse-targets.js';
import type { SpaceEntry } from './read-space.js';
import { modelOf, supportWarnings } from './resolve-target.js';

export function describeTarget(
  target: Target,
  composition: Composition,
  baseEnv: BaseEnv,
): TargetDescription {
  const { spaces, skills, commands, agents, mcpServers, env, hooks, conflicts } = composition;
  const model = modelOf(target, composition);
  return {
    ...outline(target),
    ...(model === undefined ? {} : { model }),
    env: [...env].map(([name, { from }]) => ({ name, from })),
    spaces: spaces.map(({ reference, folder, manifest: { id, version, description } }) => ({
      reference,
      id,
      path: folder,
      ...(version === undefined ? {} : { version }),
      ...(description === undefined ? {} : { description }),
    })),
    instructions: spaces.flatMap(({ reference, instructions }) =>
      instructions === undefined
        ? []
        : { from: reference, path: instructions.path, bytes: Buffer.byteLength(instructions.text) },
    ),
    skills: entries(skills),
    commands: entries(commands),
    agents: entries(agents),
    mcpServers: [...mcpServers].map(([name, { from, value }]) => ({ name, from, ...describeServer(value) })),
    hooks: hooks.map(({ from, value: { event, script } }) => ({ event, script, from })),
    conflicts,
    warnings: warningsOf(target, composition, baseEnv),
  };
}

/** For one whose spaces cannot be put together. */
export function describeBrokenTarget(target: Target, error: TargetDescription['error']): TargetDescription {
  return {
    ...outline(target),
    ...(target.model === undefined ? {} : { model: target.model }),
    warnings: target.warnings,
    ...(error === undefined ? {} : { error }),
  };
}

export function warningsOf(target: Target, composition: Composition, baseEnv: BaseEnv): string[] {
  const values = [
    ...[...composition.env.values()].map(({ value }) => value),
    ...[...composition.mcpServers.values()].flatMap(({ value }) => valuesOf(value)),
  ];
  return [
    ...target.warnings,
    ...composition.warnings,
    ...supportWarnings(target, composition),
    ...missingVariables(values, baseEnv).map((name) => `targets.${target.name}: ${missingWords(name)}`),
    ...unfilledWarnings(target, composition),
  ];
}

/** Claude Code fills in what we leave, from its own environment; the built-in agent connects to nothing. */
function unfilledWarnings({ name, harness }: Target, { mcpServers, env }: Composition): string[] {
  if (harness === 'claude' || harness === 'builtin') return [];
  const servers = [...mcpServers.values()].map(({ value }) => value);
  return unfilledReferences(servers, new Set(env.keys())).map(
    (reference) =>
      `targets.${name}: ${reference} of an MCP server is handed over as it stands. Give the target that variable in "env".`,
  );
}

function outline(target: Target): TargetDescription {
  const { name, description, harness, primingPrompt, permissions, limits } = target;
  return {
    name,
    harness,
    ...(description === undefined ? {} : { description }),
    ...(primingPrompt === undefined ? {} : { primingPrompt }),
    ...(permissions === undefined ? {} : { permissions: copyOf(permissions) }),
    ...(limits === undefined ? {} : { limits: { ...limits } }),
    env: [],
    spaces: [],
    instructions: [],
    skills: [],
    commands: [],
    agents: [],
    mcpServers: [],
    hooks: [],
    conflicts: [],
    warnings: [],
  };
}

/** The contract's arrays are not read-only, and what is kept here must not change. */
function copyOf(permissions: NonNullable<Target['permissions']>): TargetDescription['permissions'] {
  return { ...permissions, rules: [...permissions.rules] };
}

function entries(all: ReadonlyMap<string, From<SpaceEntry>>): TargetDescription['skills'] {
  return [...all.values()].map(({ from, value }) => ({ ...value, from }));
}

function describeServer(server: McpServer): { kind: McpServer['kind']; command?: string; url?: string } {
  if (server.kind === 'stdio') return { kind: server.kind, command: server.command };
  return { kind: server.kind, url: withoutSecrets(server.url) };
}

function withoutSecrets(url: string): string {
  const { host, protocol, pathname } = URL.canParse(url) ? new URL(url) : {};
  // What is no address before its references are filled in is shown as far as nothing can be hidden in it.
  if (host === undefined) return url.replace(/^(\w+:\/\/)[^/@]*@/, '$1').replace(/[?#].*$/s, '');
  return `${protocol}//${host}${pathname}`;
}
