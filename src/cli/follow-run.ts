/** A run watched to its end, or to where it needs somebody; the exit code says which. */
import type { Client, EventEnvelope, Parking, Run, StateDetails } from '../client/index.js';
import { cleanLine } from './clean-text.js';
import type { Cli } from './cli.js';
import { exitOf, exits } from './exits.js';
import { LiveLine } from './live-line.js';
import { timeWords } from './time-words.js';
import { Transcript } from './transcript.js';

export interface Watch {
  /** `answer`: only what it came to. `transcript`: what happens, as it happens. */
  shows: 'answer' | 'transcript';
  timeoutMs?: number | undefined;
}

/** What the live line and the end need to know. */
const outlineTypes = [
  'run_queued',
  'run_injecting',
  'run_started',
  'tool_execution_start',
  'tool_execution_end',
  'permission_request',
  'permission_decision',
  'run_parked',
  'run_resumed',
];

/** Events after which somebody may have to do something. */
const callingTypes = ['permission_request', 'run_parked'];

/** Why somebody stopped watching; the run goes on. */
class Leaving extends Error {
  constructor(readonly exitCode: number) {
    super('left');
  }
}

export async function followRun(cli: Cli, runId: string, watch: Watch): Promise<number> {
  const controller = new AbortController();
  const leave = (exitCode: number) => controller.abort(new Leaving(exitCode));
  const timer =
    watch.timeoutMs === undefined ? undefined : setTimeout(() => leave(exits.timedOut), watch.timeoutMs);
  const interrupt = () => leave(exits.left);
  process.once('SIGINT', interrupt);
  const live = LiveLine.start(cli.terminal);
  try {
    await watchEvents(cli, runId, watch, { live, signal: controller.signal, leave });
  } catch (error) {
    if (!(error instanceof Leaving)) throw error;
    return leaveRun(cli, runId, error.exitCode, watch);
  } finally {
    process.removeListener('SIGINT', interrupt);
    clearTimeout(timer);
    live?.stop();
  }
  const run = await (await cli.client()).runs.get(runId);
  showEnd(cli, run, watch);
  return exitOf(run.status) ?? exits.failed;
}

async function watchEvents(
  cli: Cli,
  runId: string,
  { shows }: Watch,
  { live, signal, leave }: { live: LiveLine | undefined; signal: AbortSignal; leave: (code: number) => void },
): Promise<void> {
  const client = await cli.client();
  const transcript = shows === 'transcript' ? new Transcript(cli.terminal, { runs: false }) : undefined;
  const types = transcript === undefined ? { types: outlineTypes } : {};
  const onState = tellState(cli, live);
  for await (const envelope of client.runs.follow(runId, {
    ...types,
    signal,
    onState,
    offlineMsMax: Number.POSITIVE_INFINITY,
  })) {
    live?.take(envelope);
    if (transcript !== undefined) showEvent(cli, transcript, envelope);
    if (callingTypes.includes(envelope.type) && (await needsSomebody(client, runId))) {
      // A person who watches can answer elsewhere and sees it go on here; nobody does that for a script.
      if (!cli.terminal.isLive) leave(exits.needsSomebody);
      else sayWhatToDo(cli, envelope);
    }
  }
}

/** A run may be parked or wait for an answer already, which no further event will say. */
export async function needsSomebody(client: Client, runId: string): Promise<boolean> {
  const { status } = await client.runs.get(runId);
  return exitOf(status) === exits.needsSomebody;
}

export function showEvent(cli: Cli, transcript: Transcript, envelope: EventEnvelope): void {
  if (cli.terminal.json) cli.terminal.printJson(envelope);
  else transcript.take(envelope);
}

/** Tells a person when the server is away and when it is back. */
export function tellState(cli: Cli, live?: LiveLine): (state: string, details: StateDetails) => void {
  let away = false;
  return (state, { error }) => {
    if (state === 'offline' && error !== undefined && !away) {
      away = true;
      cli.terminal.warn('The server is away; trying again until it is back.');
      live?.say('server away');
    } else if (state === 'live' && away) {
      away = false;
      cli.terminal.warn('The server is back.');
      live?.say('running');
    }
  };
}

function sayWhatToDo({ terminal }: Cli, { event }: EventEnvelope): void {
  if (event.type === 'permission_request')
    terminal.warn(`It needs permission: quarterdeck approve ${event.requestId} (or deny)`);
  if (event.type === 'run_parked') sayParked(terminal, event.runId, event);
}

/** What the run waits for, and what lets it go on. */
export function sayParked(
  terminal: Cli['terminal'],
  runId: string,
  {
    reason,
    message,
    resumesAt,
    autoResume,
  }: Pick<Parking, 'reason' | 'message' | 'resumesAt' | 'autoResume'>,
): void {
  const when = resumesAt === undefined ? '' : timeWords(resumesAt);
  const how = reason === 'budget' ? ' --raise … (quarterdeck resume --help)' : '';
  terminal.warn(`Run ${runId} is parked: ${cleanLine(message)}`);
  if (autoResume && when !== '') terminal.warn(`It goes on by itself at ${when}.`);
  else
    terminal.warn(
      `To let it go on${when === '' ? '' : ` (from ${when})`}: quarterdeck resume ${runId}${how}`,
    );
}

async function leaveRun(cli: Cli, runId: string, exitCode: number, { shows }: Watch): Promise<number> {
  const { terminal } = cli;
  if (exitCode === exits.left) {
    terminal.remark(`The run goes on: quarterdeck wait ${runId}, or cancel ${runId}`);
    return exitCode;
  }
  const client = await cli.client();
  // A server that is away changes nothing about why we leave.
  const run = await client.runs.get(runId).catch(() => undefined);
  // A program that waits for the answer gets the run as it is.
  if (terminal.json && shows === 'answer' && run !== undefined) terminal.printJson(run);
  if (exitCode === exits.timedOut)
    terminal.warn(`The time is over and the run goes on: quarterdeck wait ${runId}, or cancel ${runId}`);
  else if (run?.parked !== undefined) sayParked(terminal, runId, run.parked);
  else
    terminal.warn(`The run needs permission: "quarterdeck approve" answers, then: quarterdeck wait ${runId}`);
  return exitCode;
}

function showEnd({ terminal }: Cli, run: Run, { shows }: Watch): void {
  if (shows === 'answer') {
    if (terminal.json) terminal.printJson(run);
    else if (run.finalOutput !== undefined) terminal.printText(run.finalOutput);
    if (!terminal.json && run.error !== undefined)
      terminal.warn(`failed: ${cleanLine(run.error.message)} (${run.error.code})`);
  }
  const { usage, startedAt, completedAt } = run;
  const seconds = startedAt && completedAt ? [`${((completedAt - startedAt) / 1000).toFixed(1)} s`] : [];
  const tokens = (usage?.inputTokens ?? 0) + (usage?.outputTokens ?? 0);
  const cost = usage?.costUsd === undefined ? [] : [`$${usage.costUsd.toFixed(4)}`];
  terminal.remark([run.status, ...seconds, ...(tokens > 0 ? [`${tokens} tokens`] : []), ...cost].join(' · '));
}
