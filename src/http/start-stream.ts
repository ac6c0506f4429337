import type { IncomingHttpHeaders } from 'node:http';
import type { FastifyReply } from 'fastify';
import { AppError, type ValidRequest } from '../contract/index.js';
import type { Core } from '../core/index.js';
import type { StreamPlan, Streams } from './streams.js';
import type { RawRequest } from './validation.js';

type SessionStream = ValidRequest<'streamSessionEvents'>;
type RunStream = ValidRequest<'streamRunEvents'>;

/** Answers with errors as JSON while that is possible, then takes the socket over for the stream. */
export async function startStream(
  core: Core,
  streams: Streams,
  name: 'streamSessionEvents' | 'streamRunEvents',
  request: RawRequest,
  headers: IncomingHttpHeaders,
  reply: FastifyReply,
): Promise<void> {
  const leavePlace = streams.takePlace();
  try {
    const plan = await planStream(core, name, request, headers);
    reply.hijack();
    await streams.serve(reply.raw, plan);
  } finally {
    leavePlace();
  }
}

async function planStream(
  core: Core,
  name: 'streamSessionEvents' | 'streamRunEvents',
  request: RawRequest,
  headers: IncomingHttpHeaders,
): Promise<StreamPlan> {
  const { sessionId, runId, query } =
    name === 'streamSessionEvents'
      ? ofSession(request as SessionStream)
      : await ofRun(core, request as RunStream);
  const resumeAt = lastEventId(headers) ?? query.after;
  const start = await core.sessionLog.startStream({
    sessionId,
    mode: query.mode,
    resumed: resumeAt !== undefined,
    ...(runId === undefined ? {} : { runId }),
    ...(query.types === undefined ? {} : { types: query.types }),
  });
  if (resumeAt !== undefined && resumeAt > start.headSeq) {
    throw new AppError(
      'validation_failed',
      `The log ends at seq ${start.headSeq}: there is nothing behind ${resumeAt}.`,
      {
        details: [{ path: 'query.after', message: `up to ${start.headSeq}` }],
      },
    );
  }
  const { ended, ...plan } = start;
  return {
    ...plan,
    after: resumeAt ?? start.headSeq,
    endAtHead: ended,
    ...(runId === undefined ? {} : { runId }),
    ...(query.types === undefined ? {} : { types: query.types }),
  };
}

function ofSession({ params, query }: SessionStream) {
  return { sessionId: params.sessionId, runId: query.runId, query };
}

async function ofRun(core: Core, { params, query }: RunStream) {
  const { sessionId } = await core.sessionLog.sessionOfRun(params.runId);
  return { sessionId, runId: params.runId, query };
}

function lastEventId(headers: IncomingHttpHeaders): number | undefined {
  const header = headers['last-event-id'];
  // A browser that has seen no event yet sends an empty one.
  if (header === undefined || header === '') return undefined;
  if (typeof header === 'string' && /^\d{1,15}$/.test(header)) return Number(header);
  throw new AppError('validation_failed', 'The header Last-Event-ID is not a seq.', {
    details: [{ path: 'headers.last-event-id', message: 'the id of the last frame that was received' }],
  });
}
