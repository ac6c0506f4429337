/** A session as lines of a file, read in pages while the file is written: its length costs no memory. */
import {
  AppError,
  type Run,
  type SessionFileEnd,
  type SessionFileHeader,
  type SessionFileRun,
  sessionFileFormat,
  sessionFileVersion,
} from '../contract/index.js';
import { envelopeRenderer } from './envelope.js';
import type { Clock } from './ports/clock.js';
import type { SessionSnapshot, Store } from './ports/store.js';

export interface SessionExport {
  /** Each ends with a line feed. Rejects when the session is deleted meanwhile: what was read is not the whole. */
  lines: AsyncIterable<string>;
}

const runsPage = 50;
const eventsPage = 200;

export class SessionExports {
  constructor(
    private readonly store: Store,
    private readonly clock: Clock,
  ) {}

  /** The session as it is now. Throws `session_not_found`. */
  async open(sessionId: string): Promise<SessionExport> {
    const snapshot = await this.store.findSnapshot(sessionId);
    if (snapshot === undefined) throw sessionNotFound();
    return { lines: this.readLines(snapshot) };
  }

  private async *readLines(snapshot: SessionSnapshot): AsyncGenerator<string, void, void> {
    const { session, direct, runCount } = snapshot;
    const header: SessionFileHeader = {
      format: sessionFileFormat,
      version: sessionFileVersion,
      exportedAt: this.clock.now(),
      upToSeq: session.headSeq,
      runs: runCount,
      direct,
      session,
    };
    yield lineOf(header);
    yield* this.readRuns(snapshot);
    yield* this.readEvents(snapshot);
  }

  private async *readRuns({ session, runCount, openRuns }: SessionSnapshot): AsyncGenerator<string> {
    const open = new Map(openRuns.map((run) => [run.runId, run]));
    let cursor: string | undefined;
    for (let left = runCount; left > 0; ) {
      const page = { limit: Math.min(left, runsPage), ...(cursor === undefined ? {} : { cursor }) };
      const { runs } = await this.store.listSessionRuns(session.sessionId, page);
      if (runs.length === 0) throw sessionNotFound();
      for (const { runId } of runs) {
        const run = await this.store.findRun(runId);
        const request = await this.store.findRunRequest(runId);
        if (run === undefined || request === undefined) throw sessionNotFound();
        const { maxTurns, freshContext, attachments = [] } = request.run;
        const state = open.get(runId);
        const told: SessionFileRun = {
          run: state === undefined ? run : asItWas(run, state),
          ...(maxTurns === undefined ? {} : { maxTurns }),
          ...(freshContext ? { freshContext } : {}),
          ...(attachments.length === 0
            ? {}
            : {
                attachments: attachments.map(({ mimeType, content }) => ({
                  mimeType,
                  data: Buffer.from(content.buffer, content.byteOffset, content.byteLength).toString(
                    'base64',
                  ),
                })),
              }),
        };
        yield lineOf(told);
      }
      left -= runs.length;
      cursor = runs.at(-1)?.runId;
    }
  }

  private async *readEvents({ session }: SessionSnapshot): AsyncGenerator<string> {
    const { sessionId, headSeq } = session;
    const envelope = envelopeRenderer(session);
    const query = { sessionId, before: headSeq + 1, limit: eventsPage, order: 'asc' as const };
    let count = 0;
    for (let after = 0; after < headSeq; ) {
      const events = await this.store.readEvents({ ...query, after });
      if (events.length > 0) yield events.map((event) => `${envelope(event)}\n`).join('');
      count += events.length;
      after = events.at(-1)?.seq ?? headSeq;
    }
    if (!(await this.store.hasLog(sessionId))) throw sessionNotFound();
    const end: SessionFileEnd = { end: { events: count } };
    yield lineOf(end);
  }
}

/** What came behind the snapshot is not part of the file, so a run that has ended since is open in it. */
function asItWas(run: Run, { status, startedAt }: SessionSnapshot['openRuns'][number]): Run {
  const { runId, sessionId, projectId, inputPreview, createdAt, input, metadata } = run;
  const { permissions, budget, model, retryOf } = run;
  return {
    runId,
    sessionId,
    projectId,
    status,
    inputPreview,
    createdAt,
    ...(startedAt === undefined ? {} : { startedAt }),
    input,
    ...(permissions === undefined ? {} : { permissions }),
    ...(budget === undefined ? {} : { budget }),
    ...(model === undefined ? {} : { model }),
    ...(retryOf === undefined ? {} : { retryOf }),
    metadata,
  };
}

function lineOf(value: object): string {
  return `${JSON.stringify(value)}\n`;
}

function sessionNotFound(): AppError {
  return new AppError('session_not_found', 'session not found');
}
