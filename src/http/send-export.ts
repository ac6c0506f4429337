import { Readable } from 'node:stream';
import type { FastifyReply } from 'fastify';
import { sessionFileMediaType, type ValidRequest } from '../contract/index.js';
import type { Core } from '../core/index.js';
import type { RawRequest } from './validation.js';

/** Reads on as fast as the client takes it. What fails half-way breaks the connection: the file has no end then. */
export async function sendExport(
  core: Core,
  request: RawRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const { sessionId } = (request as ValidRequest<'exportSession'>).params;
  const { lines } = await core.exports.open(sessionId);
  return reply
    .type(sessionFileMediaType)
    .headers({
      'cache-control': 'no-store',
      // The id is one of ours by now: a session has it.
      'content-disposition': `attachment; filename="${sessionId}.jsonl"`,
      'x-content-type-options': 'nosniff',
    })
    .send(Readable.from(lines, { objectMode: true, highWaterMark: 1 }));
}
