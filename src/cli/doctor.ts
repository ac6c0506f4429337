/**
 * `quarterdeck doctor`: whether a server would work here, and with which agents. It needs no running server, changes
 * nothing, and says of everything that is wrong what to do about it.
 */
import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import { createServer } from 'node:net';
import { dirname } from 'node:path';
import type { AgentProgram, HarnessDescription, HarnessList } from '../contract/index.js';

export interface DoctorParts {
  version: string;
  node: { version: string; oldest: string };
  home: string;
  host: string;
  port: number;
  token: string;
  isolation: 'off' | 'auto' | 'required';
  /** Looks for agents, and whether isolation works; may take some seconds. */
  inspect(): Promise<{ agents: HarnessList; isolationProblem: string | undefined }>;
  print(text: string): void;
}

interface Check {
  name: 'node' | 'data_directory' | 'address' | 'isolation';
  ok: boolean;
  message: string;
}

interface Report {
  ok: boolean;
  version: string;
  checks: Check[];
  harnesses: HarnessDescription[];
}

/** For an answer of who listens on our port. */
const answerTimeoutMs = 2000;

/**
 * Whether all that is configured works. An agent that is not installed is no fault, one that is there and broken is. One
 * without a login is none either: the key may be with a target.
 */
export async function doctor(parts: DoctorParts, json: boolean): Promise<boolean> {
  const report = await examine(parts);
  parts.print(json ? `${JSON.stringify(report)}\n` : render(report));
  return report.ok;
}

async function examine(parts: DoctorParts): Promise<Report> {
  const { agents, isolationProblem } = await parts.inspect();
  const checks = [
    checkNode(parts.node),
    await checkHome(parts.home),
    await checkAddress(parts),
    checkIsolation(parts.isolation, isolationProblem),
  ];
  const { harnesses } = agents;
  const programs = harnesses.flatMap((harness) => harness.programs.filter((one) => isNeeded(harness, one)));
  const ok = [...checks.map((check) => check.ok), ...programs.map(works)].every(Boolean);
  return { ok, version: parts.version, checks, harnesses };
}

/** The built-in agent comes with Quarterdeck; of the others, those that somebody has installed and can log in. */
function isNeeded({ name }: HarnessDescription, { found, login }: AgentProgram): boolean {
  return name === 'builtin' || (found && login !== 'missing');
}

function works({ found, problem }: AgentProgram): boolean {
  return found && problem === undefined;
}

function checkNode({ version, oldest }: DoctorParts['node']): Check {
  const ok = version.localeCompare(oldest, 'en', { numeric: true }) >= 0;
  const message = `Node ${version}${ok ? '' : `: Quarterdeck needs ${oldest} or newer`}`;
  return { name: 'node', ok, message };
}

async function checkHome(home: string): Promise<Check> {
  const name = 'data_directory';
  // What is not there yet is made by the first start, below the nearest folder that is.
  for (let folder = home; ; folder = dirname(folder)) {
    try {
      await access(folder, constants.W_OK | constants.X_OK);
      const made = folder === home ? '' : ' (made by the first start)';
      return { name, ok: true, message: `data in ${home}${made}` };
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'ENOENT' && folder !== dirname(folder)) continue;
      const words = `${folder} cannot be written (${code}). Change its rights, or choose another folder with QUARTERDECK_HOME`;
      return { name, ok: false, message: words };
    }
  }
}

async function checkAddress({ host, port, token }: DoctorParts): Promise<Check> {
  const name = 'address';
  const address = `${host.includes(':') ? `[${host}]` : host}:${port}`;
  const problem = await tryToListen(host, port);
  if (problem === undefined) {
    return { name, ok: true, message: port === 0 ? `any free port of ${host}` : `${address} is free` };
  }
  if (problem !== 'EADDRINUSE')
    return { name, ok: false, message: `cannot listen on ${address} (${problem}): choose another` };
  const running = await askServer(`http://${address}/admin/status`, token);
  if (running !== undefined) return { name, ok: true, message: `${running} runs on ${address}` };
  const words = `another program listens on ${address}. Stop it, or choose another port with QUARTERDECK_PORT`;
  return { name, ok: false, message: words };
}

/** The code of the error; undefined when it could. */
function tryToListen(host: string, port: number): Promise<string | undefined> {
  const server = createServer();
  return new Promise((resolve) => {
    server.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    server.listen({ host, port, exclusive: true }, () => server.close(() => resolve(undefined)));
  });
}

/** What answers there, when it is one of ours. */
async function askServer(url: string, token: string): Promise<string | undefined> {
  try {
    const signal = AbortSignal.timeout(answerTimeoutMs);
    const response = await fetch(url, { headers: { 'x-cp-token': token }, signal });
    if (response.headers.get('x-error-code') === 'unauthorized')
      return 'a Quarterdeck with another token than the one that is set';
    const { status, version } = (await response.json()) as { status?: unknown; version?: unknown };
    return status === 'ok' && typeof version === 'string' ? `Quarterdeck ${version}` : undefined;
  } catch {
    return undefined;
  }
}

function checkIsolation(mode: DoctorParts['isolation'], problem: string | undefined): Check {
  const name = 'isolation';
  if (mode === 'off') return { name, ok: true, message: 'agents share the process namespace of the server' };
  if (problem === undefined) return { name, ok: true, message: 'each agent gets a process namespace' };
  return {
    name,
    ok: mode === 'auto',
    message: `agents get no process namespaces of their own: ${problem}`,
  };
}

function render({ ok, version, checks, harnesses }: Report): string {
  const lines = [
    `quarterdeck ${version}`,
    ...checks.map((check) => `  ${mark(check.ok)} ${check.message}`),
    '',
    'Agents',
    ...harnesses.flatMap(renderHarness),
    '',
    ok ? 'All that is configured works.' : 'Not everything works: see the lines with "!!".',
  ];
  return `${lines.join('\n')}\n`;
}

function renderHarness(harness: HarnessDescription): string[] {
  const { name, capabilities, programs } = harness;
  const able = Object.entries(capabilities).flatMap(([key, value]) => {
    if (value === false || value === 'none') return [];
    return value === true ? [key] : [`${key} (${value})`];
  });
  return [
    `  ${name}: ${able.join(', ')}`,
    ...programs.flatMap((program) => renderProgram(program, isNeeded(harness, program))),
    ...(programs.length === 0 ? ['    -- whatever program a target names'] : []),
  ];
}

const loginWords: Record<AgentProgram['login'], string> = {
  present: 'logged in',
  missing: 'not logged in',
  not_needed: 'no login needed',
  unknown: 'login unknown',
};

function renderProgram(program: AgentProgram, needed: boolean): string[] {
  const { name, found, version, path, login, problem, installCommand } = program;
  const state = found ? [version, loginWords[login], path] : ['not found'];
  const words = [name, ...state].filter((word) => word !== undefined).join(', ');
  // The command says what to do about a program that is missing.
  const said = found || installCommand === undefined ? problem : undefined;
  return [
    `    ${needed ? mark(works(program)) : '--'} ${words}`,
    ...(said === undefined ? [] : [`       ${said}`]),
    ...(found || installCommand === undefined ? [] : [`       install: ${installCommand}`]),
  ];
}

function mark(ok: boolean): string {
  return ok ? 'ok' : '!!';
}
