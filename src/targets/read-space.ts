/** Everything in the folder of a space, read once: what it says, brings and sets. */
import { join } from 'node:path';
import type { McpServer, SpacePermissions } from '../core/index.js';
import { bounds } from './bounds.js';
import { broken, withoutEffect } from './broken.js';
import { type FrontMatter, readFrontMatter } from './front-matter.js';
import { parseHooks, type SpaceHook } from './parse-hooks.js';
import { parseHooksJson } from './parse-hooks-json.js';
import { parseMcpFile } from './parse-mcp.js';
import { noGrants, parsePermissions } from './parse-permissions.js';
import { type Manifest, parseSpace } from './parse-space.js';
import { type ParsedFile, parseJson, parseToml } from './parsed-file.js';
import { type FolderEntry, isWithin, type ReadFiles } from './read-files.js';

export interface SpaceEntry {
  name: string;
  /** Absolute: the folder of a skill, the file of a command or agent. */
  path: string;
  description?: string;
}

export interface SpaceContent {
  manifest: Manifest;
  instructions?: { path: string; text: string };
  skills: SpaceEntry[];
  commands: SpaceEntry[];
  agents: SpaceEntry[];
  hooks: SpaceHook[];
  /** Absolute. */
  piExtensions: string[];
  mcpServers: Map<string, McpServer>;
  permissions: SpacePermissions[];
  warnings: string[];
  /** Also warnings, unless the target's agent is Claude Code. */
  claudeOnly: string[];
}

/** The first that is there is taken. */
const instructionFiles = ['AGENT.md', 'AGENTS.md', 'CLAUDE.md'];
/** What a space may hold besides: not for the agent, and nothing to warn of. */
const passedOver = new Set(['README.md', 'LICENSE', 'LICENSE.md', 'CHANGELOG.md', 'scripts']);
const known = new Set([
  ...['space.toml', 'skills', 'commands', 'agents', 'hooks', 'mcp', 'permissions.toml', 'extensions'],
]);

/** `folder` is the real path of the space. Throws `target_invalid` with the file and, where there is one, the place. */
export async function readSpace(folder: string, files: ReadFiles): Promise<SpaceContent> {
  return new SpaceReader(folder, files).read();
}

class SpaceReader {
  private readonly warnings: string[] = [];
  private readonly claudeOnly: string[] = [];

  constructor(
    private readonly folder: string,
    private readonly files: ReadFiles,
  ) {}

  async read(): Promise<SpaceContent> {
    const file = await this.parsed('space.toml', parseToml);
    if (file === undefined) {
      const example = `schema = 1 and id = "${this.folder.split('/').at(-1)}"`;
      throw broken(this.folder, `is no space: it has no space.toml. Add one with ${example}.`);
    }
    const manifest = parseSpace(file);
    this.warnings.push(...manifest.warnings);
    await this.warnOfUnknownFiles(manifest);
    const instructions = await this.instructions();
    return {
      manifest,
      ...(instructions === undefined ? {} : { instructions }),
      skills: await this.skills(),
      commands: await this.markdownFiles('commands'),
      agents: await this.markdownFiles('agents'),
      hooks: await this.hooks(),
      piExtensions: await this.piExtensions(manifest),
      mcpServers: await this.mcpServers(manifest),
      permissions: await this.permissions(manifest, file),
      warnings: this.warnings,
      claudeOnly: this.claudeOnly,
    };
  }

  private async instructions(): Promise<SpaceContent['instructions']> {
    const found: { path: string; text: string }[] = [];
    for (const name of instructionFiles) {
      const text = await this.text(name, bounds.markdownBytesMax);
      if (text !== undefined) found.push({ path: join(this.folder, name), text: text.trim() });
    }
    const [first, ...others] = found;
    for (const { path, text } of others) {
      if (text !== first?.text)
        this.warnings.push(withoutEffect(path, `it, because ${first?.path} is there,`));
    }
    return first;
  }

  private async skills(): Promise<SpaceEntry[]> {
    const skills: SpaceEntry[] = [];
    for (const { name, isFolder } of await this.entries('skills')) {
      const path = join(this.folder, 'skills', name);
      const text = isFolder ? await this.text(`skills/${name}/SKILL.md`, bounds.markdownBytesMax) : undefined;
      if (text === undefined) {
        this.warnings.push(withoutEffect(path, 'what is no folder with a SKILL.md'));
        continue;
      }
      const matter = readFrontMatter(text, join(path, 'SKILL.md'));
      if (matter.name !== undefined && matter.name !== name) {
        this.warnings.push(
          `${path}: the skill calls itself "${matter.name}", and goes by the name of its folder`,
        );
      }
      skills.push(entryOf(name, path, matter));
    }
    return skills;
  }

  private async markdownFiles(kind: 'commands' | 'agents'): Promise<SpaceEntry[]> {
    const found: SpaceEntry[] = [];
    for (const { name, isFolder } of await this.entries(kind)) {
      const path = join(this.folder, kind, name);
      const text =
        isFolder || !name.endsWith('.md')
          ? undefined
          : await this.text(`${kind}/${name}`, bounds.markdownBytesMax);
      if (text === undefined) this.warnings.push(withoutEffect(path, 'what is no Markdown file'));
      else found.push(entryOf(name.slice(0, -'.md'.length), path, readFrontMatter(text, path)));
    }
    return found;
  }

  private async hooks(): Promise<SpaceHook[]> {
    // The script files beside are read by the agent that runs them.
    const toml = await this.parsed('hooks/hooks.toml', parseToml);
    const json = await this.parsed('hooks/hooks.json', parseJson);
    if (toml !== undefined && json !== undefined)
      this.warnings.push(withoutEffect(json.path, `it, because ${toml.path} is there,`));
    const file = toml ?? json;
    if (file === undefined) return [];
    const parse = file === toml ? parseHooks : parseHooksJson;
    const { hooks, warnings } = parse(file, this.folder);
    this.warnings.push(...warnings);
    if (hooks.length > 0) this.claudeOnly.push(`${file.path}: its hooks run with Claude Code only`);
    for (const { script, isShellLine } of hooks)
      if (isShellLine !== true) await this.checkScript(script, file);
    return hooks;
  }

  private async checkScript(script: string, { path }: ParsedFile): Promise<void> {
    const found = await this.files.findFile(script, this.folder);
    if (found === undefined)
      throw broken(script, `is named in ${path} and is not there. Add it, or remove its hook.`);
    const warning = `${script}: is not executable, so that no agent can run it. Run: chmod +x ${script}`;
    if (!found.isExecutable && !this.warnings.includes(warning)) this.warnings.push(warning);
  }

  /** Pi reads them itself, TypeScript too. */
  private async piExtensions({ piExtensions }: Manifest): Promise<string[]> {
    const beside = await this.entries('extensions');
    const names =
      piExtensions ??
      beside.filter(({ name }) => /\.[jt]s$/.test(name)).map(({ name }) => `extensions/${name}`);
    const found: string[] = [];
    for (const name of names) {
      const path = join(this.folder, name);
      if (!isWithin(this.folder, path))
        throw broken(path, 'is an extension outside of its space. Put it inside, or remove its name.');
      if ((await this.files.findFile(path, this.folder)) !== undefined) found.push(path);
      else this.warnings.push(`${path}: is an extension named in space.toml, and is not there`);
    }
    return found;
  }

  private async mcpServers({ mcpFiles }: Manifest): Promise<Map<string, McpServer>> {
    const all = new Map<string, McpServer>();
    for (const name of mcpFiles ?? ['mcp/mcp.json']) {
      const file = await this.parsed(name, parseJson);
      if (file === undefined) {
        if (mcpFiles === undefined) continue;
        throw broken(
          join(this.folder, name),
          'is named in space.toml and is not there. Add it, or remove its name.',
        );
      }
      const { servers, warnings } = parseMcpFile(file);
      for (const [server, facts] of servers) all.set(server, facts);
      this.warnings.push(...warnings);
    }
    return all;
  }

  private async permissions({ toolRules }: Manifest, manifest: ParsedFile): Promise<SpacePermissions[]> {
    const file = await this.parsed('permissions.toml', parseToml);
    const granted = file === undefined ? undefined : parsePermissions(file);
    this.warnings.push(...(granted?.warnings ?? []));
    const places = [file?.path, toolRules && manifest.placeOf(['settings', 'permissions'])];
    for (const place of places.filter((one) => one !== undefined))
      this.claudeOnly.push(`${place}: what it grants and refuses holds with Claude Code only`);
    const ofSettings = toolRules && {
      allow: { ...noGrants, toolRules: toolRules.allow },
      deny: { ...noGrants, toolRules: toolRules.deny },
    };
    return [granted?.permissions, ofSettings].filter((one) => one !== undefined);
  }

  private async warnOfUnknownFiles({ id, piExtensions = [] }: Manifest): Promise<void> {
    const { folder } = this;
    if (folder.split('/').at(-1) !== id) {
      this.warnings.push(`${join(folder, 'space.toml')}: the space calls itself "${id}", unlike its folder`);
    }
    const entries = (await this.files.listFolder(folder, folder, bounds.entriesMax)) ?? [];
    for (const { name } of entries) {
      if (known.has(name) || passedOver.has(name)) continue;
      if (instructionFiles.includes(name) || piExtensions.includes(name)) continue;
      this.warnings.push(withoutEffect(folder, name));
    }
  }

  private async entries(name: string): Promise<FolderEntry[]> {
    return (await this.files.listFolder(join(this.folder, name), this.folder, bounds.entriesMax)) ?? [];
  }

  private async parsed(
    name: string,
    parse: (text: string, path: string) => ParsedFile,
  ): Promise<ParsedFile | undefined> {
    const text = await this.text(name, bounds.tableBytesMax);
    return text === undefined ? undefined : parse(text, join(this.folder, name));
  }

  private text(name: string, bytesMax: number): Promise<string | undefined> {
    return this.files.readText(join(this.folder, name), { within: this.folder, bytesMax });
  }
}

function entryOf(name: string, path: string, { description }: FrontMatter): SpaceEntry {
  return { name, path, ...(description === undefined ? {} : { description }) };
}
