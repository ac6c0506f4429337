/**
 * `${env:NAME}` in a value stands for a variable of the server's environment, and `${NAME}` in an MCP server for one that
 * the target gives its agent. Both are filled in when an agent is launched and nowhere else: what is parsed, kept,
 * described and logged has the reference, not the value.
 */
import { z } from 'zod';
import { AppError } from '../contract/index.js';
import type { LaunchBundle, LaunchPlan, McpServer } from '../core/index.js';

export type BaseEnv = Readonly<Record<string, string | undefined>>;

/** The name of a variable, as every shell takes it. */
export const environmentName = z
  .string()
  .regex(/^[A-Za-z_][A-Za-z0-9_]*$/, 'must be a name of A-Z, a-z, 0-9 and "_", not starting with a digit');

const reference = /\$\{env:([A-Za-z_][A-Za-z0-9_]*)\}/g;
/** With what holds instead where there is no such variable, as Claude Code takes it in the files of its servers. */
const agentReference = /\$\{([A-Za-z_][A-Za-z0-9_]*)(?::-[^}]*)?\}/g;
/** The server's own settings, its token and store among them, are not for agents, whatever a project writes. */
const kept = /^(?:QUARTERDECK_.*|DATABASE_URL)$/;

/** Names that values refer to and the environment does not give. */
export function missingVariables(values: Iterable<string>, baseEnv: BaseEnv): string[] {
  const names = [...values].flatMap((value) => [...value.matchAll(reference)].map(([, name = '']) => name));
  return [...new Set(names)].filter((name) => variable(name, baseEnv) === undefined);
}

/** Whole references of MCP servers to variables that the target does not give its agent. */
export function unfilledReferences(servers: Iterable<McpServer>, envNames: ReadonlySet<string>): string[] {
  const found = [...servers].flatMap((server) =>
    valuesOf(server).flatMap((value) => [...value.matchAll(agentReference)]),
  );
  return [...new Set(found.filter(([, name = '']) => !envNames.has(name)).map(([whole]) => whole))];
}

export function missingWords(name: string): string {
  if (kept.test(name)) return `\${env:${name}} is a setting of the server, which agents do not get`;
  return `\${env:${name}} is not set in the environment of the server`;
}

/** Throws `target_invalid` that names the variable. */
export function fillPlan(plan: LaunchPlan, baseEnv: BaseEnv): LaunchPlan {
  const fill = (value: string) =>
    value.replace(reference, (_, name: string) => {
      const found = variable(name, baseEnv);
      if (found !== undefined) return found;
      throw new AppError(
        'target_invalid',
        `The target "${plan.target}" cannot be used: ${missingWords(name)}. Start the server with it, or take the reference out.`,
      );
    });
  const env = fillRecord(plan.env, fill);
  return plan.bundle === undefined
    ? { ...plan, env }
    : { ...plan, env, bundle: fillBundle(plan.bundle, (value) => fillServerValue(value, fill, env)) };
}

/** In one pass: what a variable holds is no reference, whatever it looks like. */
function fillServerValue(value: string, fill: Fill, env: Readonly<Record<string, string>>): string {
  const either = new RegExp(`${reference.source}|${agentReference.source}`, 'g');
  return value.replace(either, (whole, ofServer: string | undefined, ofAgent = '') => {
    if (ofServer !== undefined) return fill(whole);
    return Object.hasOwn(env, ofAgent) ? (env[ofAgent] ?? '') : whole;
  });
}

/** Every value of a server in which a reference is filled in. */
export function valuesOf(server: McpServer): string[] {
  if (server.kind === 'stdio') return [...server.args, ...Object.values(server.env)];
  return [server.url, ...Object.values(server.headers)];
}

type Fill = (value: string) => string;

function fillBundle(bundle: LaunchBundle, fill: Fill): LaunchBundle {
  const servers = Object.entries(bundle.mcpServers).map(([name, server]) => [name, fillServer(server, fill)]);
  return { ...bundle, mcpServers: Object.fromEntries(servers) as LaunchBundle['mcpServers'] };
}

function fillServer(server: McpServer, fill: Fill): McpServer {
  if (server.kind === 'stdio') {
    return { ...server, args: server.args.map(fill), env: fillRecord(server.env, fill) };
  }
  return { ...server, url: fill(server.url), headers: fillRecord(server.headers, fill) };
}

function fillRecord(record: Readonly<Record<string, string>>, fill: Fill): Record<string, string> {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, fill(value)]));
}

function variable(name: string, baseEnv: BaseEnv): string | undefined {
  return kept.test(name) || !Object.hasOwn(baseEnv, name) ? undefined : baseEnv[name];
}
