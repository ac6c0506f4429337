import { AppError } from '../../contract/index.js';
import type { AnswerRecord, AnswerStore, AnswerTo } from '../../core/index.js';
import type { Connection } from './connection.js';
import type { SqlRow } from './driver.js';
import type { Transaction } from './transaction.js';

const insertAnswer =
  'INSERT INTO answers (scope, answer_key, body_hash, response, created_at) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING';
const selectAnswer = 'SELECT body_hash, response FROM answers WHERE scope = ? AND answer_key = ?';

/**
 * Keeps the answer in the transaction of its effect. Refuses with `idempotency_conflict` when another request with
 * the key was first: the caller then looks the kept answer up.
 */
export function refuseAnswered(tx: Transaction, record: AnswerRecord | undefined): void {
  if (record === undefined) return;
  if (tx.get(selectAnswer, record.scope, record.key) !== undefined) {
    throw new AppError('idempotency_conflict', 'This idempotency key was answered before.');
  }
}

export function keepAnswer(tx: Transaction, answer: AnswerTo<unknown>, at: number): void {
  if (answer === undefined) return;
  const { scope, key, bodyHash } = answer.record;
  tx.run(insertAnswer, scope, key, bodyHash, JSON.stringify(answer.response), at);
}

/** Of an effect that knew only later what it came to. */
export function replaceAnswer(tx: Transaction, answer: AnswerTo<unknown>): void {
  if (answer === undefined) return;
  const { scope, key } = answer.record;
  tx.run(
    'UPDATE answers SET response = ? WHERE scope = ? AND answer_key = ?',
    JSON.stringify(answer.response),
    scope,
    key,
  );
}

export function answerStore(connection: Connection): AnswerStore {
  return {
    findAnswer: (scope, key) =>
      connection.read(() => {
        const row = connection.get(selectAnswer, scope, key);
        return row === undefined ? undefined : answerFrom(row);
      }),
    recordAnswer: (record, response, at) =>
      connection.write(
        (tx) => {
          const { scope, key, bodyHash } = record;
          tx.run(insertAnswer, scope, key, bodyHash, JSON.stringify(response), at);
          return answerFrom(tx.get(selectAnswer, scope, key) as SqlRow);
        },
        { durable: true },
      ),
  };
}

function answerFrom(row: SqlRow): { bodyHash: string; response: unknown } {
  return { bodyHash: row.body_hash as string, response: JSON.parse(row.response as string) as unknown };
}
