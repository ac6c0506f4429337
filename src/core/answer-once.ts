/**
 * Idempotency keys: the first answer to a key is kept, and given again to whoever asks the same with it.
 * Effects that create something keep the answer in their own transaction (`effect` passes `record` on to the store),
 * so that no crash and no race can do them twice; effects that are idempotent by themselves are recorded after.
 */
import { createHash } from 'node:crypto';
import { AppError, isAppError } from '../contract/index.js';
import type { Clock } from './ports/clock.js';
import type { AnswerRecord, AnswerStore, RecordedAnswer } from './ports/store.js';

export interface OnceRequest {
  /** Absent: the request is simply done. */
  key?: string;
  /** Method and path. */
  scope: string;
  body: unknown;
}

export interface Answer<T> {
  response: T;
  /** It is the answer to an earlier request. */
  replayed: boolean;
}

export type AnswerOnce = <T>(
  request: OnceRequest,
  effect: (record: AnswerRecord | undefined) => Promise<T>,
) => Promise<Answer<T>>;

export function createAnswerOnce(store: AnswerStore, clock: Clock): AnswerOnce {
  /** By scope and key. Who comes while the first is under way waits for its answer instead of doing it again. */
  const underWay = new Map<string, Promise<unknown>>();

  /** Throws `idempotency_conflict` when the key was used for another body, and whatever `effect` throws. */
  return async (request, effect) => {
    const { key, scope } = request;
    if (key === undefined) return { response: await effect(undefined), replayed: false };
    const name = `${scope} ${key}`;
    for (let first = underWay.get(name); first !== undefined; first = underWay.get(name)) {
      await first.catch(() => undefined);
    }
    const record: AnswerRecord = { scope, key, bodyHash: hashBody(request.body) };
    const answer = answerFirst(store, clock, record, effect).finally(() => underWay.delete(name));
    underWay.set(name, answer);
    return answer;
  };
}

async function answerFirst<T>(
  store: AnswerStore,
  clock: Clock,
  record: AnswerRecord,
  effect: (record: AnswerRecord) => Promise<T>,
): Promise<Answer<T>> {
  const { scope, key } = record;
  const before = await store.findAnswer(scope, key);
  if (before !== undefined) return replay<T>(before, record);
  try {
    const response = await effect(record);
    const kept = await store.recordAnswer(record, response, clock.now());
    refuseOtherBody(kept, record);
    return { response: kept.response as T, replayed: false };
  } catch (error) {
    if (!isAppError(error, 'idempotency_conflict')) throw error;
    // Another server with the key was first between our look and our write.
    return replayKept<T>(store, record, error);
  }
}

/** What was answered to the key before; `error` where that is nothing. Throws `idempotency_conflict`. */
export async function replayKept<T>(
  store: AnswerStore,
  record: AnswerRecord,
  error: unknown,
): Promise<Answer<T>> {
  const first = await store.findAnswer(record.scope, record.key);
  if (first === undefined) throw error;
  return replay<T>(first, record);
}

function replay<T>(before: RecordedAnswer, record: AnswerRecord): Answer<T> {
  refuseOtherBody(before, record);
  return { response: before.response as T, replayed: true };
}

function refuseOtherBody(kept: RecordedAnswer, record: AnswerRecord): void {
  if (kept.bodyHash === record.bodyHash) return;
  throw new AppError(
    'idempotency_conflict',
    'This idempotency key was used for another request: take a new key for a new request.',
  );
}

function hashBody(body: unknown): string {
  return createHash('sha256')
    .update(JSON.stringify(body ?? null))
    .digest('hex');
}
