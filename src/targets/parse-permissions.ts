/** What a space grants and refuses in its `permissions.toml`. */
import { z } from 'zod';
import type { SpaceGrants, SpacePermissions } from '../core/index.js';
import { checkFile, type ParsedFile, unknownKeys } from './parsed-file.js';

const list = z.array(z.string()).default([]);
const paths = z.looseObject({ paths: list }).prefault({});

const permissionsFile = z.looseObject({
  read: paths,
  write: paths,
  exec: z.looseObject({ commands: list, patterns: list }).prefault({}),
  network: z.looseObject({ hosts: list }).prefault({}),
  deny: z.looseObject({ read: list, write: list, exec: list, network: list }).prefault({}),
});

const known: Record<string, ReadonlySet<string>> = {
  read: new Set(['paths']),
  write: new Set(['paths']),
  exec: new Set(['commands', 'patterns']),
  network: new Set(['hosts']),
  deny: new Set(['read', 'write', 'exec', 'network']),
};

export const noGrants: SpaceGrants = {
  read: [],
  write: [],
  commands: [],
  commandPatterns: [],
  hosts: [],
  toolRules: [],
};

/** Throws `target_invalid` with file, line and column. */
export function parsePermissions(file: ParsedFile): { permissions: SpacePermissions; warnings: string[] } {
  const table = checkFile(file, permissionsFile);
  const { read, write, exec, network, deny } = table;
  const warnings = [
    ...unknownKeys(file, [], table, new Set(Object.keys(known))),
    ...Object.entries(known).flatMap(([key, keys]) => unknownKeys(file, [key], table[key] as object, keys)),
  ];
  return {
    permissions: {
      allow: {
        ...noGrants,
        read: read.paths,
        write: write.paths,
        commands: exec.commands,
        commandPatterns: exec.patterns,
        hosts: network.hosts,
      },
      deny: {
        ...noGrants,
        read: deny.read,
        write: deny.write,
        commandPatterns: deny.exec,
        hosts: deny.network,
      },
    },
    warnings,
  };
}

/** All of them together; undefined when none says anything. */
export function joinPermissions(all: readonly SpacePermissions[]): SpacePermissions | undefined {
  const side = (which: keyof SpacePermissions): SpaceGrants => {
    const of = (key: keyof SpaceGrants) => [...new Set(all.flatMap((one) => one[which][key]))];
    return {
      read: of('read'),
      write: of('write'),
      commands: of('commands'),
      commandPatterns: of('commandPatterns'),
      hosts: of('hosts'),
      toolRules: of('toolRules'),
    };
  };
  return all.length === 0 ? undefined : { allow: side('allow'), deny: side('deny') };
}
