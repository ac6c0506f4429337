/** Names of conversations of Claude Code, which are UUIDs of its own kind: titles and paths would find something else. */
import { randomUUID } from 'node:crypto';
import type { OpenRequest } from '../../core/index.js';
import { resumeLost } from '../process/index.js';
import type { ConversationChoice } from './query-options.js';

/** Tells our continuations from those of other agents, which must never reach this one. */
const prefix = 'claude:';
const uuidPattern = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

export function continuationOf(sessionId: string): string {
  return `${prefix}${sessionId}`;
}

/** Throws AppError `resume_lost`. */
export function chooseConversation({ continuation, fork }: OpenRequest): ConversationChoice {
  if (continuation === undefined) return { sessionId: randomUUID(), isFork: false };
  const from = continuation.startsWith(prefix) ? continuation.slice(prefix.length) : '';
  if (!uuidPattern.test(from)) throw resumeLost('it is not a conversation of Claude Code');
  if (fork === undefined) return { sessionId: from, from, isFork: false };
  const { checkpoint } = fork;
  if (checkpoint !== undefined && !uuidPattern.test(checkpoint))
    throw resumeLost(`"${checkpoint}" is not a place in a conversation of Claude Code`);
  return { sessionId: randomUUID(), from, isFork: true, checkpoint };
}
