/** `quarterdeck attach`: work in a session. What happens scrolls by, and what is typed below it goes to the agent. */
import { clearScreenDown, createInterface, cursorTo, type Interface, moveCursor } from 'node:readline';
import type { Client, EventEnvelope, Session, SessionEvent } from '../client/index.js';
import { cleanLine } from './clean-text.js';
import { type Cli, type Define, examples } from './cli.js';
import { describeCall } from './describe-call.js';
import { exits, UsageError } from './exits.js';
import { explainError } from './explain-error.js';
import { findProjectOrHere, findSession } from './find-id.js';
import { tellState } from './follow-run.js';
import { Transcript } from './transcript.js';

interface Flags {
  project?: string;
  target?: string;
  name?: string;
  after?: string;
}

export const define: Define = (command, cli) => {
  command
    .argument('[session]', 'Id, the beginning of one, name, or @last')
    .option(
      '-p, --project <project>',
      'Open a new session in this project; without it and a session, in that of the present folder',
    )
    .option('-t, --target <target>', 'How a new session works')
    .option('-n, --name <name>', 'Of a new session')
    .addHelpText(
      'after',
      `
Type a prompt and press Enter; while the agent works it waits in the queue.
When the agent asks for permission, answer with y (yes), n (no) or a (always).
Ctrl-C interrupts the agent, a second one leaves; Ctrl-D leaves at once.
${examples(['attach @last', 'attach --project rex'])}`,
    )
    .action(async (session: string | undefined, flags: Flags) => {
      cli.exitCode = await attach(cli, session, flags);
    });
};

async function attach(cli: Cli, text: string | undefined, flags: Flags): Promise<number> {
  if (!cli.terminal.isLive || cli.parts.stdin.isTTY !== true)
    throw new UsageError('attach needs a terminal: for scripts there are "run", "send" and "tail"');
  const client = await cli.client();
  const session = await openSession(client, cli.parts.folder, text, flags);
  await new Attachment(cli, client, session).stay();
  return exits.completed;
}

async function openSession(
  client: Client,
  folder: string,
  text: string | undefined,
  flags: Flags,
): Promise<Session> {
  const { project, target, name } = flags;
  if (text !== undefined) {
    if ([project, target, name].some((flag) => flag !== undefined))
      throw new UsageError(
        '--project, --target and --name are for a new session; one that is there has its own',
      );
    return client.sessions.get(await findSession(client, text));
  }
  const { projectId } = await findProjectOrHere(client, project, folder);
  return client.sessions.create({
    projectId,
    ...(target !== undefined && { aspTargetName: target }),
    ...(name !== undefined && { name }),
  });
}

/** A person who is here waits for a server that is started again; what was typed is sent once, whenever that is. */
const patience = { retryMsMax: 60_000 };

/** Of a question beside its request; what is longer than a line hides what is above. */
const answersChars = 40;
/** Of what was before, when somebody comes. */
const shownEventsMax = 2000;
const decisions = { y: 'allow', n: 'deny', a: 'always_allow' } as const;

class Attachment {
  private readonly controller = new AbortController();
  private readonly input: Interface;
  private readonly transcript: Transcript;
  private readonly requests = new Map<string, string>();
  /** Prompts that were typed here and stand there already as they were typed. */
  private readonly typed: string[] = [];
  private activeRunId: string | undefined;
  /** Ctrl-C was the last thing that was typed. */
  private wasInterrupted = false;

  constructor(
    private readonly cli: Cli,
    private readonly client: Client,
    private readonly session: Session,
  ) {
    const { stdin, stdout } = cli.parts;
    this.input = createInterface({ input: stdin, output: stdout, terminal: true });
    this.transcript = new Transcript(cli.terminal, { runs: true });
    cli.terminal.footer = {
      clear: () => {
        // What is typed may be longer than a line.
        moveCursor(stdout, 0, -this.input.getCursorPos().rows);
        cursorTo(stdout, 0);
        clearScreenDown(stdout);
      },
      draw: () => {
        if (!this.controller.signal.aborted) this.showPrompt();
      },
    };
  }

  /** Until the person leaves, or the session is gone. */
  async stay(): Promise<void> {
    const { sessionId, name, headSeq } = this.session;
    await this.takeUp();
    const after = await this.findBeginning();
    this.cli.terminal.print(`${sessionId} "${cleanLine(name)}"`);
    this.cli.terminal.remark('Ctrl-C interrupts the agent, twice leaves; Ctrl-D leaves at once.');
    this.input.on('line', (line) => void this.take(line));
    this.input.on('SIGINT', () => void this.interrupt());
    this.input.on('close', () => this.controller.abort());
    try {
      const events = this.client.sessions.events(sessionId, {
        after,
        signal: this.controller.signal,
        onState: tellState(this.cli),
        offlineMsMax: Number.POSITIVE_INFINITY,
      });
      for await (const envelope of events) {
        // What was before is shown; what it came to is known already.
        if (envelope.seq <= headSeq) this.transcript.take(envelope);
        else this.show(envelope);
      }
    } catch (error) {
      if (!this.controller.signal.aborted) throw error;
    } finally {
      // What follows begins on a line of its own.
      this.cli.terminal.footer?.clear();
      this.cli.terminal.footer = undefined;
      this.input.close();
    }
  }

  /** What was going on already when we came: a run, and a question to the person. */
  private async takeUp(): Promise<void> {
    const { sessionId } = this.session;
    const { activeRunId } = await this.client.sessions.queue(sessionId, { limit: 1 }, patience);
    this.activeRunId = activeRunId;
    const { permissions } = await this.client.permissions.list({ status: 'pending', limit: 500 }, patience);
    for (const { requestId, toolName, toolInput, ...one } of permissions)
      if (one.sessionId === sessionId) this.requests.set(requestId, describeCall(toolName, toolInput));
  }

  /** Behind which seq to begin, so that somebody who comes sees the run that is active, or was the last one. */
  private async findBeginning(): Promise<number> {
    const { sessionId, headSeq } = this.session;
    const { runs } = await this.client.runs.list({ sessionId, limit: 1 }, patience);
    const runId = this.activeRunId ?? runs[0]?.runId;
    if (runId === undefined) return headSeq;
    const { events } = await this.client.runs.listEvents(runId, { limit: 1 }, patience);
    const before = Math.min((events[0]?.seq ?? Number.POSITIVE_INFINITY) - 1, headSeq);
    return Math.max(before, headSeq - shownEventsMax);
  }

  private show(envelope: EventEnvelope): void {
    const { event } = envelope;
    if (event.type === 'permission_request')
      this.requests.set(event.requestId, describeCall(event.toolName, event.toolInput));
    else if (event.type === 'permission_decision') this.requests.delete(event.requestId);
    else if (event.type === 'run_injecting' || event.type === 'run_started') this.activeRunId = event.runId;
    else if (leavesAgent(event) && event.runId === this.activeRunId) this.activeRunId = undefined;
    // The prompt changes before it is drawn again below what is printed.
    this.input.setPrompt(this.promptText());
    if (!this.wasTypedHere(event)) this.transcript.take(envelope);
    if (event.type === 'run_parked')
      this.cli.terminal.warn(`It goes on with: quarterdeck resume ${event.runId}`);
    if (changesPrompt.has(event.type)) this.redraw();
  }

  private wasTypedHere(event: SessionEvent): boolean {
    return event.type === 'run_queued' && this.forget(event.input.content);
  }

  private forget(prompt: string): boolean {
    const index = this.typed.indexOf(prompt);
    if (index >= 0) this.typed.splice(index, 1);
    return index >= 0;
  }

  private promptText(): string {
    const { paint, width } = this.cli.terminal;
    const [request] = this.requests.values();
    if (request !== undefined)
      return paint.yellow(`allow ${cleanLine(request, width - answersChars)}? [y]es [n]o [a]lways > `);
    return paint.bold(this.activeRunId === undefined ? 'idle > ' : 'working > ');
  }

  private redraw(): void {
    this.cli.terminal.footer?.clear();
    this.showPrompt();
  }

  private showPrompt(): void {
    this.input.setPrompt(this.promptText());
    this.input.prompt(true);
  }

  private async take(line: string): Promise<void> {
    this.wasInterrupted = false;
    const [request] = this.requests;
    await this.attempt(async () => {
      if (request !== undefined) await this.answer(request[0], line.trim().toLowerCase());
      else if (line.trim() !== '') await this.send(line);
    });
    if (!this.controller.signal.aborted) this.showPrompt();
  }

  private async answer(requestId: string, word: string): Promise<void> {
    const decision = decisions[word.slice(0, 1) as keyof typeof decisions];
    if (decision === undefined) return this.cli.terminal.warn('Answer y, n or a.');
    this.requests.delete(requestId);
    await this.client.permissions.decide(requestId, { decision }, patience);
  }

  private async send(prompt: string): Promise<void> {
    const { projectId, sessionId } = this.session;
    this.typed.push(prompt);
    try {
      await this.client.runs.create(
        { projectId, prompt, session: { policy: 'resume', sessionId } },
        patience,
      );
    } catch (error) {
      this.forget(prompt);
      throw error;
    }
  }

  private async interrupt(): Promise<void> {
    if (this.wasInterrupted) return this.input.close();
    this.wasInterrupted = true;
    this.cli.terminal.warn('Ctrl-C again leaves.');
    if (this.activeRunId === undefined && this.requests.size === 0) return;
    await this.attempt(() => this.client.sessions.interrupt(this.session.sessionId, {}, patience));
  }

  /** What the server refuses is said, and the person goes on. */
  private async attempt(work: () => Promise<unknown>): Promise<void> {
    try {
      await work();
    } catch (error) {
      await explainError(error, this.cli);
    }
  }
}

/** The agent has nothing to do with the run any more, at least for now. */
function leavesAgent(
  event: SessionEvent,
): event is Extract<SessionEvent, { type: 'run_completed' | 'run_failed' | 'run_cancelled' | 'run_parked' }> {
  return ['run_completed', 'run_failed', 'run_cancelled', 'run_parked'].includes(event.type);
}

const changesPrompt: ReadonlySet<string> = new Set([
  'run_injecting',
  'run_started',
  'run_completed',
  'permission_decision',
]);
