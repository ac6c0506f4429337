/**
 * What the client needs of `fetch`, on `node:http`. The `fetch` of Node compiles a parser at its first use, which costs a
 * small command more than everything else it does. Redirects are not followed: they are answers like others.
 */
import type { IncomingMessage } from 'node:http';
import { pipeline, Readable } from 'node:stream';
import type { ReadableStream as WebStream } from 'node:stream/web';
import type { Fetch } from '../client/index.js';

export const plainFetch: Fetch = async (url, { method = 'GET', headers, body, signal }) => {
  const { request } = url.startsWith('https:') ? await import('node:https') : await import('node:http');
  return new Promise((resolve, reject) => {
    const asking = request(url, {
      method,
      headers: Object.fromEntries(new Headers(headers)),
      ...(signal && { signal }),
    });
    asking.once('response', (answer) => resolve(responseOf(answer)));
    asking.once('error', (error: NodeJS.ErrnoException) => reject(new Error(error.message || error.code)));
    if (typeof body === 'string' || body == null) asking.end(body);
    // The client sends text and files.
    else pipeline(Readable.fromWeb((body as Blob).stream() as WebStream), asking, () => undefined);
  });
};

/** Statuses whose answers have no body, which `Response` insists on. */
const bodiless: ReadonlySet<number> = new Set([204, 205, 304]);

function responseOf(answer: IncomingMessage): Response {
  const headers = new Headers();
  for (let index = 0; index < answer.rawHeaders.length; index += 2)
    headers.append(answer.rawHeaders[index] ?? '', answer.rawHeaders[index + 1] ?? '');
  const { statusCode: status = 0 } = answer;
  if (bodiless.has(status)) {
    answer.resume();
    return new Response(null, { status, headers });
  }
  return new Response(Readable.toWeb(answer) as ReadableStream<Uint8Array>, { status, headers });
}
