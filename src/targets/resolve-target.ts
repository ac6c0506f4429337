/** A target and what its spaces come to, as a plan for its agent. */
import { type LaunchBundle, type LaunchPlan, partsNotTaken, partWords } from '../core/index.js';
import { bounds } from './bounds.js';
import { broken } from './broken.js';
import type { Composition } from './compose-spaces.js';
import { joinPermissions } from './parse-permissions.js';
import type { Target } from './parse-targets.js';
import { harnessAliases } from './target-table.js';

/** With references to the server's environment as they are written. Throws `target_invalid`. */
export function planOf(root: string, target: Target, composition: Composition): LaunchPlan {
  const { name, harness, options, primingPrompt, permissions, limits } = target;
  const model = modelOf(target, composition);
  const bundle = bundleOf(target, composition);
  return {
    target: name,
    harness,
    cwd: root,
    env: valuesByName(composition.env),
    options,
    ...(model === undefined ? {} : { model }),
    ...(primingPrompt === undefined ? {} : { primingPrompt }),
    ...(permissions === undefined ? {} : { permissions }),
    ...(limits === undefined ? {} : { limits }),
    ...(bundle === undefined ? {} : { bundle }),
  };
}

/** That of the target, else that of the last space that names one for this agent. */
export function modelOf({ model, harness }: Target, { spaces }: Composition): string | undefined {
  return (
    model ??
    spaces.findLast(({ manifest }) => manifest.models[harness] !== undefined)?.manifest.models[harness]
  );
}

/** What stands in the way of a space's being of use to the target's agent, though it is no error. */
export function supportWarnings(target: Target, composition: Composition): string[] {
  const { harness, harnessAlias } = target;
  const perSpace = composition.spaces.flatMap(({ reference, manifest: { supports }, claudeOnly }) => {
    const notTaken = harness === 'claude' ? [] : claudeOnly;
    if (supports === undefined || harness === 'builtin') return notTaken;
    if (supports.some((one) => one === harnessAlias || harnessAliases[one] === harness)) return notTaken;
    const madeFor = supports.join(', ') || 'no agent';
    return [`${reference} is made for ${madeFor}, and the target's agent is ${harness}`, ...notTaken];
  });
  return [...perSpace, ...leftOutWarnings(target, composition)];
}

/** Hooks and permissions are named space by space. */
function leftOutWarnings({ name, harness }: Target, composition: Composition): string[] {
  const { skills, commands, agents, mcpServers } = composition;
  const sizes = {
    skills: skills.size,
    commands: commands.size,
    agents: agents.size,
    mcpServers: mcpServers.size,
  };
  return partsNotTaken[harness].flatMap((part) => {
    if (part === 'hooks' || part === 'permissions' || sizes[part] === 0) return [];
    return [`targets.${name}: ${partWords[part]} have no effect on the agent ${harness}`];
  });
}

function bundleOf(target: Target, composition: Composition): LaunchBundle | undefined {
  if (composition.spaces.length === 0 && target.mcpServers.size === 0) return undefined;
  const { spaces, skills, commands, agents, mcpServers } = composition;
  const permissions = joinPermissions(spaces.flatMap((space) => space.permissions));
  const hooks = composition.hooks
    .filter(({ value }) => value.harness === undefined || harnessAliases[value.harness] === target.harness)
    .map(({ value: { harness: _, ...hook } }) => hook);
  const piExtensions = spaces.flatMap((space) => space.piExtensions);
  return {
    instructions: instructionsOf(target, composition),
    skills: named(skills),
    commands: named(commands),
    agents: named(agents),
    mcpServers: valuesByName(mcpServers),
    ...(piExtensions.length === 0 ? {} : { piExtensions }),
    ...(hooks.length === 0 ? {} : { hooks }),
    ...(permissions === undefined ? {} : { permissions }),
  };
}

function instructionsOf({ name }: Target, { spaces }: Composition): string {
  const text = spaces.flatMap(({ instructions }) => instructions?.text ?? []).join('\n\n');
  if (Buffer.byteLength(text) <= bounds.instructionsBytesMax) return text;
  throw broken(
    `targets.${name}`,
    `the instructions of its spaces are larger than ${bounds.instructionsBytesMax} bytes. Shorten them.`,
  );
}

function named(entries: Composition['skills']): { name: string; path: string }[] {
  return [...entries].map(([name, { value }]) => ({ name, path: value.path }));
}

function valuesByName<T>(entries: ReadonlyMap<string, { value: T }>): Record<string, T> {
  return Object.fromEntries([...entries].map(([name, { value }]) => [name, value]));
}
