/** A session from lines of a file, taken in while they come: nobody sees it before the last of them was right. */
import {
  AppError,
  type BackendKind,
  type HarnessName,
  isAppError,
  type Run,
  type Session,
  type SessionFileEntry,
  type SessionFileHeader,
  wrongLine,
} from '../contract/index.js';
import { refuseLargePrompt } from './admissions.js';
import { type Answer, replayKept } from './answer-once.js';
import { ImportedLog } from './imported-log.js';
import { ImportedNames, isOwnKind } from './imported-names.js';
import type { Clock } from './ports/clock.js';
import type { AnswerRecord, ImportedEvent, ImportedRun, NewSession, Store } from './ports/store.js';
import { isTerminal } from './run-state.js';
import type { Sessions } from './sessions.js';

export interface ImportRequest {
  projectId: string;
  /** Absent: as in the file. */
  name?: string | undefined;
  aspTargetName?: string | undefined;
  entries: AsyncIterable<SessionFileEntry>;
  /** Asked for when all entries were read: what identifies the request is known by then. */
  record: () => AnswerRecord | undefined;
}

/** At once; each holds a table of its runs in memory. */
const importsMax = 2;
const importsRetryMs = 5000;
/** Of one write. */
const portionEvents = 400;
const portionRuns = 50;
const portionChars = 512 * 1024;

type Entry<Kind> = Extract<SessionFileEntry, Kind>;

export class SessionImports {
  private underWay = 0;

  constructor(
    private readonly store: Store,
    private readonly sessions: Sessions,
    private readonly clock: Clock,
  ) {}

  /**
   * Throws `validation_failed` with the line that is wrong, `too_many_imports`, what opening a session throws, and what
   * `entries` throws. Nothing is left of a file that was not taken.
   */
  async take(request: ImportRequest): Promise<Answer<Session>> {
    if (this.underWay >= importsMax)
      throw new AppError('too_many_imports', `${importsMax} files are being taken in: try again later.`, {
        retryAfterMs: importsRetryMs,
      });
    this.underWay += 1;
    try {
      return await this.read(request, request.entries[Symbol.asyncIterator]());
    } finally {
      this.underWay -= 1;
    }
  }

  private async read(
    request: ImportRequest,
    entries: AsyncIterator<SessionFileEntry>,
  ): Promise<Answer<Session>> {
    const { value: first } = await entries.next();
    const { header } = first as Entry<{ header: SessionFileHeader }>;
    const plan = await this.plan(request, header);
    const sessionId = (await this.isFree(header.session.sessionId))
      ? header.session.sessionId
      : plan.sessionId;
    const draft = await this.store.beginImport(header.runs);
    const { projectId } = plan;
    const names = new ImportedNames(header.session, { sessionId, projectId }, () => this.clock.newId('prm'));
    const log = new ImportedLog(header, names, projectId, plan.at);
    const portions = new Portions(draft, (runs) => this.nameRuns(runs, names, log, plan.at));
    let record: AnswerRecord | undefined;
    try {
      let line = 0;
      for (;;) {
        const { value: entry, done } = await entries.next();
        if (done) break;
        line = entry.line;
        if ('run' in entry) await portions.addRun(entry);
        else if ('event' in entry) await portions.addEvent(() => log.take(entry.event, line));
        else if ('end' in entry)
          for (const event of log.finish(entry.end.events, line)) await portions.addEvent(() => event);
      }
      await portions.flush();
      record = request.record();
      const { at, queue: _, ...kept } = plan;
      const { headSeq, oldestSeq } = log;
      const response = await draft.publish(
        {
          ...kept,
          ...{ sessionId, at, headSeq, oldestSeq, fromSeq: header.upToSeq },
          ...{ source: header.session.source, createdAt: header.session.createdAt },
          ...{ pauseOnFailure: header.session.queue.pauseOnFailure, delivery: header.session.queue.delivery },
          importedFrom: { sessionId: header.session.sessionId, exportedAt: header.exportedAt },
        },
        record,
      );
      return { response, replayed: false };
    } catch (error) {
      await draft.discard();
      if (record === undefined || !isAppError(error, 'idempotency_conflict')) throw error;
      return await replayKept<Session>(this.store, record, error);
    }
  }

  /** Where the session is to work, and with which agent: that of the file, as far as the project has it. */
  private async plan(
    { projectId, name, aspTargetName }: ImportRequest,
    { session, direct }: SessionFileHeader,
  ): Promise<NewSession> {
    const { metadata, budget } = session;
    const wishes = { name: name ?? session.name, metadata, ...(budget === undefined ? {} : { budget }) };
    if (aspTargetName !== undefined)
      return this.sessions.plan(projectId, { ...wishes, aspTargetName }, 'interactive');
    const agent = direct
      ? { backendKind: kindsOfHarnesses[session.harness] }
      : { aspTargetName: session.aspTargetName };
    try {
      return await this.sessions.plan(
        projectId,
        { ...wishes, ...agent, model: session.model },
        'interactive',
      );
    } catch (error) {
      if (!isAppError(error, 'target_not_found')) throw error;
      throw new AppError(
        error.code,
        `${error.message} The file names it: choose another with aspTargetName.`,
      );
    }
  }

  private async isFree(sessionId: string): Promise<boolean> {
    if (!isOwnKind('ses', sessionId, this.clock.now())) return false;
    return !(await this.store.findKnownIds([sessionId])).has(sessionId);
  }

  /** Gives each its id here, and makes them what the store keeps. */
  private async nameRuns(
    entries: readonly NumberedRun[],
    names: ImportedNames,
    log: ImportedLog,
    at: number,
  ): Promise<ImportedRun[]> {
    const known = await this.store.findKnownIds(entries.map(({ entry }) => entry.run.run.runId));
    return entries.map(({ entry: { line, run: told }, runNo }) => {
      const { run, attachments = [] } = told;
      names.refuseOtherSession(run, line);
      const free = isOwnKind('run', run.runId, at) && !known.has(run.runId);
      const runId = free ? run.runId : this.clock.newId('run');
      names.add(run.runId, { runNo, runId, images: attachments.length }, line);
      log.addRun(run.runId, { runNo, runId, status: run.status });
      refuseLargePrompt(run.input.content);
      return importedRun({ entry: { line, run: told }, runNo }, runId, names, at);
    });
  }
}

interface NumberedRun {
  entry: Entry<{ run: unknown }>;
  runNo: number;
}

/** Lines on their way to the store. A run may name one of its own portion, so a portion is named as a whole. */
class Portions {
  private runs: NumberedRun[] = [];
  private events: ImportedEvent[] = [];
  private chars = 0;
  private runCount = 0;

  constructor(
    private readonly draft: Awaited<ReturnType<Store['beginImport']>>,
    private readonly nameRuns: (runs: readonly NumberedRun[]) => Promise<ImportedRun[]>,
  ) {}

  async addRun(entry: Entry<{ run: unknown }>): Promise<void> {
    this.runCount += 1;
    this.runs.push({ entry, runNo: this.runCount });
    this.chars += charsOf(entry);
    if (this.runs.length >= portionRuns || this.chars >= portionChars) await this.flush();
  }

  /** The event is made once the runs before it have their names. */
  async addEvent(make: () => ImportedEvent): Promise<void> {
    if (this.runs.length > 0) await this.flush();
    const event = make();
    this.events.push(event);
    this.chars += event.json.length;
    if (this.events.length >= portionEvents || this.chars >= portionChars) await this.flush();
  }

  async flush(): Promise<void> {
    const { runs, events } = this;
    this.runs = [];
    this.events = [];
    this.chars = 0;
    if (runs.length > 0) await this.draft.addRuns(await this.nameRuns(runs));
    if (events.length > 0) await this.draft.addEvents(events);
  }
}

function charsOf({ run: { run, attachments = [] } }: Entry<{ run: unknown }>): number {
  const images = attachments.reduce((chars, { data }) => chars + data.length, 0);
  return images + run.input.content.length + (run.finalOutput?.length ?? 0);
}

/** Of the agents that a session can name without a target. */
const kindsOfHarnesses: Record<HarnessName, BackendKind> = {
  builtin: 'builtin',
  claude: 'claude-agent-sdk',
  codex: 'codex',
  pi: 'pi',
  acp: 'acp',
};

/**
 * Its own policy of permissions is left out: a file must not say what is allowed here, and a retry would take it over.
 */
function importedRun(
  { entry: { line, run: told }, runNo }: NumberedRun,
  runId: string,
  names: ImportedNames,
  at: number,
): ImportedRun {
  const { run, maxTurns, freshContext = false, attachments = [] } = told;
  const { status, createdAt, startedAt, completedAt, finalOutput, error, resume, usage, model, budget } = run;
  const ended = isTerminal(status);
  if (ended && completedAt === undefined) throw wrongLine(line, 'run.completedAt is missing');
  const { retryOf, injectedInto } = run;
  return {
    runNo,
    runId,
    status: ended ? (status as ImportedRun['status']) : 'cancelled',
    createdAt,
    ...(startedAt === undefined ? {} : { startedAt }),
    completedAt: ended ? (completedAt ?? at) : at,
    prompt: run.input.content,
    freshContext,
    ...(maxTurns === undefined ? {} : { maxTurns }),
    metadata: run.metadata,
    ...(model === undefined ? {} : { model }),
    ...(budget === undefined ? {} : { budget }),
    attachments: attachments.map(({ mimeType, data }) => ({
      mimeType,
      content: Buffer.from(data, 'base64'),
    })),
    ...(finalOutput === undefined ? {} : { finalOutput }),
    ...(error === undefined ? {} : { error }),
    ...(resume === undefined ? {} : { resume }),
    ...(usage === undefined ? {} : { usage }),
    toolHistory: run.toolHistory ?? [],
    ...namedRuns({ retryOf, injectedInto }, names, line),
  };
}

function namedRuns(
  fields: Pick<Run, 'retryOf' | 'injectedInto'>,
  names: ImportedNames,
  line: number,
): Pick<ImportedRun, 'retryOf' | 'injectedInto'> {
  const { retryOf, injectedInto } = fields;
  return {
    ...(retryOf === undefined ? {} : { retryOf: names.run(retryOf, line).runId }),
    ...(injectedInto === undefined ? {} : { injectedInto: names.run(injectedInto, line).runId }),
  };
}
