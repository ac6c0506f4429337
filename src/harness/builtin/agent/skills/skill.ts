import type { Turn } from '../turn.js';

/** Answers one prompt. */
export type Act = (turn: Turn) => Promise<void>;

/** A rule over the conversation: it recognises a kind of prompt and computes the answer. */
export interface Skill {
  /** What it does, for the list of skills. */
  readonly summary: string;
  /** A prompt that it answers. */
  readonly example: string;
  /** Undefined: not one of its prompts. */
  match(prompt: string): Act | undefined;
}

/** The answer is one text, computed when the turn runs. */
export function answering(text: (turn: Turn) => string): Act {
  return (turn) => turn.say(text(turn));
}
