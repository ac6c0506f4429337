/** The part of the store port that keeps first answers, by idempotency key. */

/** The first answer to a request with an idempotency key, kept in the transaction of its effect. */
export interface AnswerRecord {
  /** Method and path: the same key on another route is another key. */
  scope: string;
  key: string;
  bodyHash: string;
}

export interface RecordedAnswer {
  bodyHash: string;
  response: unknown;
}

/** `unrecorded` when the call carries no idempotency key. */
export type AnswerTo<T> = { record: AnswerRecord; response: T } | undefined;

export interface AnswerStore {
  findAnswer(scope: string, key: string): Promise<RecordedAnswer | undefined>;
  /** Keeps the first; answers what is kept. For effects that are idempotent by themselves. */
  recordAnswer(record: AnswerRecord, response: unknown, at: number): Promise<RecordedAnswer>;
}
