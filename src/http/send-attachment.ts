import type { FastifyReply } from 'fastify';
import type { ValidRequest } from '../contract/index.js';
import type { Core } from '../core/index.js';
import type { RawRequest } from './validation.js';

/**
 * What somebody sent comes back as the kind of image that it was checked to be and as nothing else, whatever else its
 * bytes may mean to a browser. It never changes.
 */
export async function sendAttachment(
  core: Core,
  request: RawRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const { runId, index } = (request as ValidRequest<'getAttachment'>).params;
  const { mimeType, content } = await core.runs.attachment(
    runId,
    /^\d$/.test(index) ? Number(index) : Number.NaN,
  );
  return reply
    .type(mimeType)
    .headers({
      'cache-control': 'private, max-age=31536000, immutable',
      'content-disposition': 'inline',
      'content-security-policy': "default-src 'none'; sandbox",
      'x-content-type-options': 'nosniff',
    })
    .send(Buffer.from(content.buffer, content.byteOffset, content.byteLength));
}
