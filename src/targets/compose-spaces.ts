/**
 * Puts the spaces of a target in order and on top of each other: what a space depends on comes before it, and a later
 * space wins over an earlier one by name. Each space is taken once, and every name that was overridden is listed.
 */
import { join } from 'node:path';
import type { McpServer } from '../core/index.js';
import { bounds } from './bounds.js';
import { broken, withoutEffect } from './broken.js';
import { type FoundSpace, findSpace, type Namer, type SpacePlaces } from './find-space.js';
import type { SpaceHook } from './parse-hooks.js';
import type { Target } from './parse-targets.js';
import type { ReadFiles } from './read-files.js';
import { readSpace, type SpaceContent, type SpaceEntry } from './read-space.js';
import { checkVersion } from './space-version.js';

export interface PlacedSpace extends SpaceContent {
  /** The first reference that led to it. */
  reference: string;
  /** Real path. */
  folder: string;
}

export interface Conflict {
  kind: 'skill' | 'command' | 'agent' | 'mcp_server' | 'env';
  name: string;
  /** Reference of a space, or the target itself. */
  winner: string;
  overridden: string[];
}

/** A thing and the space, or target, that it comes from. */
export interface From<T> {
  from: string;
  value: T;
}

export interface Composition {
  /** In the order in which they are laid on top of each other. */
  spaces: PlacedSpace[];
  skills: Map<string, From<SpaceEntry>>;
  commands: Map<string, From<SpaceEntry>>;
  agents: Map<string, From<SpaceEntry>>;
  mcpServers: Map<string, From<McpServer>>;
  env: Map<string, From<string>>;
  hooks: From<SpaceHook>[];
  conflicts: Conflict[];
  warnings: string[];
}

/** Written by the format's own tool, which fetches what it pins from a registry. */
const lockFileName = 'asp-lock.json';

/** Throws `target_invalid` with the place of what is wrong. */
export async function composeSpaces(
  target: Target,
  places: SpacePlaces,
  files: ReadFiles,
): Promise<Composition> {
  const order = new SpaceOrder(places, files);
  for (const { reference, place } of target.compose) {
    await order.add(reference, { folder: places.root, place }, []);
  }
  const lock = join(places.root, lockFileName);
  if (order.hasSelectors && (await files.isThere(lock)))
    order.warnings.push(withoutEffect(lock, 'what it pins'));
  return layer(target, order.spaces, order.warnings);
}

class SpaceOrder {
  readonly spaces: PlacedSpace[] = [];
  readonly warnings: string[] = [];
  /** Some shared space was asked for by a version, a tag or a commit. */
  hasSelectors = false;
  private readonly known = new Set<string>();

  constructor(
    private readonly places: SpacePlaces,
    private readonly files: ReadFiles,
  ) {}

  /** `trail`: the spaces that led here, the outermost first. */
  async add(
    reference: Target['compose'][number]['reference'],
    namer: Namer,
    trail: readonly { text: string; folder: string }[],
  ): Promise<void> {
    const found = await findSpace(reference, namer, this.places, this.files);
    const { folder } = found;
    const { text } = reference;
    const start = trail.findIndex((one) => one.folder === folder);
    if (start >= 0) {
      const circle = [...trail.slice(start).map((one) => one.text), text].join(' → ');
      throw broken(namer.place, `spaces depend on each other in a circle: ${circle}. Remove one of these.`);
    }
    if (trail.length >= bounds.depthMax) {
      throw broken(
        namer.place,
        `${text} is more than ${bounds.depthMax} spaces deep. Name it in the target.`,
      );
    }
    const content = await this.contentOf(found, namer.place, trail.length);
    await this.checkVersion(reference, namer.place, found, content);
    if (this.known.has(folder)) return;
    for (const { reference: needed, place } of content.manifest.dependencies) {
      await this.add(needed, { ...found, place }, [...trail, { text, folder }]);
    }
    this.known.add(folder);
    this.spaces.push({ ...content, reference: text, folder });
    this.warnings.push(...content.warnings);
  }

  private async contentOf({ folder }: FoundSpace, place: string, depth: number): Promise<SpaceContent> {
    const known = this.spaces.find((space) => space.folder === folder);
    if (known !== undefined) return known;
    if (this.spaces.length + depth >= bounds.spacesMax) {
      throw broken(place, `the target comes to more than ${bounds.spacesMax} spaces. Remove some.`);
    }
    return readSpace(folder, this.files);
  }

  private async checkVersion(
    reference: Target['compose'][number]['reference'],
    place: string,
    { sharedRoot }: FoundSpace,
    { manifest: { id, version } }: SpaceContent,
  ): Promise<void> {
    const { selector, text } = reference;
    if (reference.kind === 'shared' && sharedRoot !== undefined) {
      this.hasSelectors ||= selector.kind !== 'dev';
      const folder = { id: reference.id, version, root: sharedRoot };
      this.warnings.push(...(await checkVersion(reference, place, folder, this.files)));
    } else if (selector.kind !== 'dev') {
      this.warnings.push(`${place}: ${text}: "${id}" is used as its folder stands. Write "@dev" to say so.`);
    }
  }
}

function layer(target: Target, spaces: PlacedSpace[], warnings: string[]): Composition {
  const layers = new Layers(target, spaces);
  const named = (entries: SpaceEntry[]) => entries.map((entry): [string, SpaceEntry] => [entry.name, entry]);
  return {
    spaces,
    skills: layers.byName('skill', ({ skills }) => named(skills)),
    commands: layers.byName('command', ({ commands }) => named(commands)),
    agents: layers.byName('agent', ({ agents }) => named(agents)),
    mcpServers: layers.byName('mcp_server', ({ mcpServers }) => mcpServers, target.mcpServers),
    env: layers.byName('env', ({ manifest }) => Object.entries(manifest.env), Object.entries(target.env)),
    hooks: spaces.flatMap(({ reference, hooks }) => hooks.map((value) => ({ from: reference, value }))),
    conflicts: layers.conflicts,
    warnings,
  };
}

class Layers {
  readonly conflicts: Conflict[] = [];

  constructor(
    private readonly target: Target,
    private readonly spaces: readonly PlacedSpace[],
  ) {}

  /** The last of each name, in the order in which the names first came; `own` is the target's, over all spaces. */
  byName<T>(
    kind: Conflict['kind'],
    of: (space: PlacedSpace) => Iterable<[string, T]>,
    own: Iterable<[string, T]> = [],
  ): Map<string, From<T>> {
    const all = this.spaces.flatMap((space) => [...of(space)].map(from(space.reference)));
    all.push(...[...own].map(from(`targets.${this.target.name}`)));
    const byName = new Map<string, From<T>>();
    const sources = new Map<string, string[]>();
    for (const { name, ...entry } of all) {
      byName.set(name, entry);
      sources.set(name, [...(sources.get(name) ?? []), entry.from]);
    }
    for (const [name, references] of sources) {
      const overridden = references.slice(0, -1);
      const winner = references.at(-1);
      if (winner !== undefined && overridden.length > 0) {
        this.conflicts.push({ kind, name, winner, overridden });
      }
    }
    return byName;
  }
}

function from(source: string) {
  return <T>([name, value]: [string, T]) => ({ name, from: source, value });
}
