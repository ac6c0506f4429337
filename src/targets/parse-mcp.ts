/** MCP servers as `mcp/mcp.json` of a space and `[targets.NAME.mcp]` write them. */
import { z } from 'zod';
import type { McpServer } from '../core/index.js';
import { bounds } from './bounds.js';
import { checkFile, type ParsedFile, unknownKeys } from './parsed-file.js';

const text = z.string().min(1);
const record = z.record(z.string(), z.string());

const server = z
  .looseObject({
    type: z.enum(['stdio', 'http', 'streamable-http', 'sse']).optional(),
    command: text.optional(),
    args: z.array(z.string()).optional(),
    env: record.optional(),
    url: text.optional(),
    headers: record.optional(),
  })
  .superRefine((value, context) => {
    const isLocal = kindOf(value) === 'stdio';
    if (isLocal && value.command === undefined) {
      context.addIssue({ code: 'custom', message: 'needs "command", or "url" for a server elsewhere' });
    }
    if (!isLocal && value.url === undefined) context.addIssue({ code: 'custom', message: 'needs "url"' });
  });

export const mcpServers = z
  .record(
    z.string().regex(/^[A-Za-z0-9_.-]{1,64}$/, 'must be up to 64 of A-Z, a-z, 0-9, "_", ".", "-"'),
    server,
  )
  .refine((servers) => Object.keys(servers).length <= bounds.mcpServersMax, {
    message: `has more than ${bounds.mcpServersMax} servers`,
  });

const mcpFile = z.looseObject({ mcpServers });

type ServerTable = z.output<typeof server>;

export interface ParsedServers {
  servers: Map<string, McpServer>;
  warnings: string[];
}

/** Throws `target_invalid` with file, line and column. */
export function parseMcpFile(file: ParsedFile): ParsedServers {
  const checked = checkFile(file, mcpFile);
  const { servers, warnings } = readServers(file, ['mcpServers'], checked.mcpServers);
  return { servers, warnings: [...unknownKeys(file, [], checked, new Set(['mcpServers'])), ...warnings] };
}

/** `keys` lead to the table in the file. */
export function readServers(
  file: ParsedFile,
  keys: readonly string[],
  tables: z.output<typeof mcpServers>,
): ParsedServers {
  const warnings: string[] = [];
  const servers = new Map<string, McpServer>();
  for (const [name, table] of Object.entries(tables)) {
    const read = readServer(table);
    servers.set(name, read);
    const known = new Set([
      'type',
      ...(read.kind === 'stdio' ? ['command', 'args', 'env'] : ['url', 'headers']),
    ]);
    warnings.push(...unknownKeys(file, [...keys, name], table, known));
  }
  return { servers, warnings };
}

function readServer(table: ServerTable): McpServer {
  const { command = '', args = [], env = {}, url = '', headers = {} } = table;
  const kind = kindOf(table);
  return kind === 'stdio' ? { kind, command, args, env } : { kind, url, headers };
}

function kindOf({ type, command, url }: Partial<ServerTable>): McpServer['kind'] {
  if (type === undefined) return command === undefined && url !== undefined ? 'http' : 'stdio';
  return type === 'streamable-http' ? 'http' : type;
}
