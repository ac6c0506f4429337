/** Reading a session's log: pages, and the snapshot that opens a stream. */
import type { EventsPage, RunSummary, Session, StreamAck } from '../contract/index.js';
import { envelopeRenderer, streamIdOf } from './envelope.js';
import type { EventQuery, Store, StoredEvent } from './ports/store.js';
import { isActive } from './run-state.js';
import { runNotFound } from './runs.js';
import type { Sessions } from './sessions.js';

/** JSON text, because events were serialised when they were appended; it parses as the type it names. */
export type JsonOf<T> = string & { readonly parsesAs?: T };

export type PageQuery = Omit<EventQuery, 'sessionId'>;

export interface StreamStart {
  ack: JsonOf<StreamAck>;
  projectId: string;
  sessionId: string;
  /** Where the log ended; a fresh reader goes on behind it. */
  headSeq: number;
  /** The run that is followed had ended: nothing will come behind `headSeq`. */
  ended: boolean;
}

export interface StreamRequest {
  sessionId: string;
  mode: 'watch' | 'attach';
  runId?: string;
  types?: readonly string[];
  /** A reader that comes back: it has all up to its own seq, so nothing is replayed in the ack. */
  resumed: boolean;
}

const snapshotRunsMax = 50;

export class SessionLog {
  constructor(
    private readonly store: Store,
    private readonly sessions: Sessions,
    private readonly bounds: { replayEventsMax: number; replayBytesMax: number },
  ) {}

  /** Throws `session_not_found`. */
  async page(sessionId: string, query: PageQuery): Promise<JsonOf<EventsPage>> {
    return this.renderPage(await this.sessions.get(sessionId), query);
  }

  /** Throws `run_not_found`. */
  async pageOfRun(runId: string, query: PageQuery): Promise<JsonOf<EventsPage>> {
    return this.renderPage(await this.sessionOfRun(runId), { ...query, runId });
  }

  async sessionOfRun(runId: string): Promise<Session> {
    const state = await this.store.findRunState(runId);
    if (state === undefined) throw runNotFound();
    return this.sessions.get(state.sessionId);
  }

  /**
   * Where a stream starts: everything up to `headSeq` is in the ack (a bounded latest part), the rest follows.
   * Throws `session_not_found`; `run_not_found` when the run is not of this session.
   */
  async startStream(request: StreamRequest): Promise<StreamStart> {
    const { sessionId, runId } = request;
    // The run is read first: what ended before the head was read has all its events at or before the head.
    const run = runId === undefined ? undefined : await this.store.findRun(runId);
    if (runId !== undefined && run?.sessionId !== sessionId) throw runNotFound();
    const session = await this.sessions.get(sessionId);
    const { runs } = await this.store.listRuns({ sessionId }, { limit: snapshotRunsMax });
    const { replay, truncated } = request.resumed
      ? { replay: [], truncated: false }
      : await this.readReplay(request, session.headSeq);
    const ack = renderAck(request, session, runs.reverse(), replay, truncated);
    return {
      ack,
      projectId: session.projectId,
      sessionId,
      headSeq: session.headSeq,
      ended: run?.completedAt !== undefined,
    };
  }

  private async renderPage(session: Session, query: PageQuery): Promise<JsonOf<EventsPage>> {
    const { sessionId } = session;
    const { limit } = query;
    const total = await this.store.countEvents({ sessionId, ...query });
    const events = limit === 0 ? [] : await this.store.readEvents({ sessionId, ...query, limit: limit + 1 });
    const hasMore = limit === 0 ? total > 0 : events.length > limit;
    const envelope = envelopeRenderer(session);
    const texts = events.slice(0, limit).map(envelope);
    return `{"events":[${texts.join(',')}],"total":${total},"hasMore":${hasMore}}`;
  }

  /** The latest events up to the head, oldest first, as many as the bounds allow. */
  private async readReplay(
    { sessionId, runId, types }: StreamRequest,
    headSeq: number,
  ): Promise<{ replay: StoredEvent[]; truncated: boolean }> {
    const { replayEventsMax, replayBytesMax } = this.bounds;
    const latest = await this.store.readEvents({
      sessionId,
      before: headSeq + 1,
      limit: replayEventsMax + 1,
      order: 'desc',
      ...(runId === undefined ? {} : { runId }),
      ...(types === undefined ? {} : { types }),
    });
    let bytes = 0;
    const tooMany = latest.findIndex(({ json }, index) => {
      bytes += json.length;
      return bytes > replayBytesMax || index === replayEventsMax;
    });
    const truncated = tooMany !== -1;
    return { replay: (truncated ? latest.slice(0, tooMany) : latest).reverse(), truncated };
  }
}

function renderAck(
  { mode, runId }: StreamRequest,
  session: Session,
  runs: readonly RunSummary[],
  replay: readonly StoredEvent[],
  truncated: boolean,
): JsonOf<StreamAck> {
  const { projectId, sessionId, headSeq } = session;
  const focusedRunId = runId ?? runs.find((run) => isActive(run.status))?.runId;
  const oldestSeq = replay[0]?.seq;
  const head = {
    projectId,
    sessionId,
    mode,
    ...(runId === undefined ? {} : { runId }),
    streamId: streamIdOf(sessionId),
  };
  const snapshot = {
    seq: headSeq,
    ...(focusedRunId === undefined ? {} : { focusedRunId }),
    runs,
    replayInfo: { truncated, ...(oldestSeq === undefined ? {} : { oldestSeq }) },
    sessionRuntime: session.runtime ?? { provider: 'unknown', continuationKeyPresent: false },
  };
  const replayed = replay.map(({ seq, runId: run, json }) =>
    run === undefined ? `{"seq":${seq},"event":${json}}` : `{"seq":${seq},"runId":"${run}","event":${json}}`,
  );
  const open = (value: object) => JSON.stringify(value).slice(0, -1);
  return `${open(head)},"snapshot":${open(snapshot)},"replay":[${replayed.join(',')}]}}`;
}
