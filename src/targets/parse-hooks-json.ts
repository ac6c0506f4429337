/**
 * `hooks/hooks.json` of a space, which came before `hooks.toml`: a list of events and scripts, or what Claude Code itself
 * takes from its plugins, by event or as a list.
 */
import { join } from 'node:path';
import { z } from 'zod';
import { bounds } from './bounds.js';
import { broken, withoutEffect } from './broken.js';
import type { SpaceHook } from './parse-hooks.js';
import { checkFile, type ParsedFile, unknownKeys } from './parsed-file.js';
import { isWithin } from './read-files.js';

const text = z.string().min(1);

const hookOfScript = z.looseObject({
  event: text,
  script: text,
  timeout: z.number().positive().optional(),
});
const hookOfCommand = z.looseObject({
  type: z.string().default('command'),
  command: z.string().optional(),
  async: z.boolean().default(false),
  timeout: z.number().positive().optional(),
  timeout_ms: z.number().positive().optional(),
});
const group = z.looseObject({
  matcher: z.string().optional(),
  hooks: z.array(hookOfCommand).max(bounds.hooksMax),
});
type Group = z.output<typeof group>;

const hooksFile = z.looseObject({
  hooks: z.union([
    z.array(z.union([hookOfScript, group])).max(bounds.hooksMax),
    z.record(text, z.array(group).max(bounds.hooksMax)),
  ]),
});

const knownOfScript = new Set(['event', 'script', 'timeout']);
const knownOfGroup = new Set(['matcher', 'hooks']);
const knownOfCommand = new Set(['type', 'command', 'async', 'timeout', 'timeout_ms', 'statusMessage']);

/** What stands for the folder of the plugin, which a space is to Claude Code. */
const rootVariable = `\${CLAUDE_PLUGIN_ROOT}`;
/** A script of the space and nothing else, as most hooks are. */
const scriptOnly =
  /^(["']?)\$\{CLAUDE_PLUGIN_ROOT\}\1\/([\w./@-]+)$|^"\$\{CLAUDE_PLUGIN_ROOT\}\/([^"$`\\]+)"$/;

/** Throws `target_invalid` with file, line and column. */
export function parseHooksJson(file: ParsedFile, folder: string): { hooks: SpaceHook[]; warnings: string[] } {
  const reader = new HooksReader(file, folder);
  const { hooks } = checkFile(file, hooksFile);
  const read = Array.isArray(hooks)
    ? hooks.flatMap((one, index) => reader.entry(['hooks', String(index)], one))
    : Object.entries(hooks).flatMap(([event, groups]) =>
        groups.flatMap((one, index) => reader.group(['hooks', event, String(index)], event, one)),
      );
  return { hooks: read, warnings: reader.warnings };
}

class HooksReader {
  readonly warnings: string[] = [];

  constructor(
    private readonly file: ParsedFile,
    private readonly folder: string,
  ) {}

  entry(keys: string[], one: z.output<typeof hookOfScript> | Group): SpaceHook[] {
    const ofScript = hookOfScript.safeParse(one);
    if (ofScript.success) return [this.ofScript(keys, ofScript.data)];
    // A list of groups names their event as what they match.
    const { matcher = '', hooks } = group.parse(one);
    return this.group(keys, matcher, { hooks });
  }

  group(keys: string[], event: string, table: Group): SpaceHook[] {
    this.warnings.push(...unknownKeys(this.file, keys, table, knownOfGroup));
    return table.hooks.flatMap((hook, index) => {
      const at = [...keys, 'hooks', String(index)];
      this.warnings.push(...unknownKeys(this.file, at, hook, knownOfCommand));
      const { type, command, async, timeout, timeout_ms } = hook;
      if (type !== 'command' || command === undefined) {
        this.warnings.push(withoutEffect(this.file.placeOf(at), `a hook of the type "${type}"`));
        return [];
      }
      const timeoutS = timeout ?? secondsOf(timeout_ms);
      return {
        ...this.whatRuns(at, command),
        event: canonical(event),
        folder: this.folder,
        blocking: !async,
        ...(table.matcher === undefined ? {} : { matcher: table.matcher }),
        ...(timeoutS === undefined ? {} : { timeoutS }),
      };
    });
  }

  private ofScript(keys: string[], table: z.output<typeof hookOfScript>): SpaceHook {
    this.warnings.push(...unknownKeys(this.file, keys, table, knownOfScript));
    const { event, script, timeout } = table;
    const timeoutS = secondsOf(timeout);
    return {
      event: canonical(event),
      // In this form scripts are beside the file.
      script: this.scriptWithin(keys, join('hooks', script), script),
      folder: this.folder,
      blocking: true,
      ...(timeoutS === undefined ? {} : { timeoutS }),
    };
  }

  private whatRuns(keys: string[], command: string): Pick<SpaceHook, 'script' | 'isShellLine'> {
    const [, , bare, inQuotes] = scriptOnly.exec(command) ?? [];
    const script = bare ?? inQuotes;
    if (script !== undefined) return { script: this.scriptWithin(keys, script, command) };
    return { script: command.replaceAll(rootVariable, this.folder), isShellLine: true };
  }

  private scriptWithin(keys: string[], script: string, written: string): string {
    const path = join(this.folder, script);
    if (isWithin(this.folder, path)) return path;
    throw broken(
      this.file.placeOf(keys),
      `"${written}" is not inside of the space. Put the script there, and name it relative to the space.`,
    );
  }
}

function secondsOf(ms: number | undefined): number | undefined {
  return ms === undefined ? undefined : Math.ceil(ms / 1000);
}

/** `PreToolUse` is `pre_tool_use`. */
function canonical(event: string): string {
  return event.replace(/([a-z])([A-Z])/g, '$1_$2').toLowerCase();
}
