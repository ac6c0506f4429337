/** `hooks/hooks.toml` of a space: which scripts run when. */
import { isAbsolute, join } from 'node:path';
import { z } from 'zod';
import type { LaunchHook } from '../core/index.js';
import { bounds } from './bounds.js';
import { broken } from './broken.js';
import { checkFile, type ParsedFile, unknownKeys } from './parsed-file.js';
import { isWithin } from './read-files.js';

const hook = z.looseObject({
  event: z.string().min(1),
  script: z.string().min(1),
  tools: z.array(z.string()).optional(),
  matcher: z.string().optional(),
  blocking: z.boolean().default(false),
  harness: z.string().optional(),
});

const hooksFile = z.looseObject({ hook: z.array(hook).max(bounds.hooksMax).default([]) });
const known = new Set(['event', 'script', 'tools', 'matcher', 'blocking', 'harness']);

export interface SpaceHook extends LaunchHook {
  /** Only for this agent, in the words of the file. */
  harness?: string;
}

/** Scripts are relative to `folder`, that of the space. Throws `target_invalid` with file, line and column. */
export function parseHooks(file: ParsedFile, folder: string): { hooks: SpaceHook[]; warnings: string[] } {
  const checked = checkFile(file, hooksFile);
  const warnings = unknownKeys(file, [], checked, new Set(['hook']));
  const hooks = checked.hook.map((table, index): SpaceHook => {
    const keys = ['hook', String(index)];
    warnings.push(...unknownKeys(file, keys, table, known));
    const { event, script, tools, matcher, blocking, harness } = table;
    const path = join(folder, script);
    if (isAbsolute(script) || !isWithin(folder, path)) {
      throw broken(
        file.placeOf([...keys, 'script']),
        `"${script}" is not inside of the space. Put the script there, and name it relative to the space.`,
      );
    }
    return {
      event,
      script: path,
      folder,
      blocking,
      ...(tools === undefined ? {} : { tools }),
      ...(matcher === undefined ? {} : { matcher }),
      ...(harness === undefined ? {} : { harness }),
    };
  });
  return { hooks, warnings };
}
