import { createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { AppError, type Session, type ValidRequest } from '../contract/index.js';
import type { Answer, Core } from '../core/index.js';
import { readSessionFile } from './read-session-file.js';
import type { RawRequest } from './validation.js';

/** Without a byte for so long, and the one who sends is given up. */
const silenceMsMax = 60_000;

/** Reads the file as fast as it can be kept. `idempotency` identifies the request but for its body. */
export async function takeImport(
  core: Core,
  request: RawRequest,
  message: IncomingMessage,
  { scope, key }: { scope: string; key: string | undefined },
): Promise<Answer<Session>> {
  const { params, query } = request as ValidRequest<'importSession'>;
  const hash = createHash('sha256').update(JSON.stringify(query));
  const entries = readSessionFile(bytesOf(message), (chunk) => hash.update(chunk));
  try {
    const record = () => (key === undefined ? undefined : { scope, key, bodyHash: hash.digest('hex') });
    return await core.imports.take({ ...params, ...query, entries, record });
  } finally {
    // What a refusal left unread would keep the connection from the next request.
    message.resume();
  }
}

async function* bytesOf(message: IncomingMessage): AsyncGenerator<Uint8Array, void, void> {
  const brokenOff = () => new AppError('validation_failed', 'The file broke off before its end.');
  message.setTimeout(silenceMsMax, () => message.destroy(brokenOff()));
  try {
    // Left open when the file is refused: the answer takes the same connection.
    yield* message.iterator({ destroyOnReturn: false });
  } catch (error) {
    throw error instanceof AppError ? error : brokenOff();
  } finally {
    message.setTimeout(0);
  }
}
