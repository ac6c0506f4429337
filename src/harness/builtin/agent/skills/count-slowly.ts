import type { Turn } from '../turn.js';
import { answering, type Skill } from './skill.js';

const pattern =
  /^\s*(?:please\s+)?count\s+(?:slowly\s+)?to\s+(\d{1,9})(?:\s*,?\s*(?:one\s+)?every\s+(\d{1,5})\s*ms)?\s*[.!]?\s*$/i;
const pauseDefaultMs = 200;
const numbersMax = 10_000;

export const countSlowly: Skill = {
  summary: 'count aloud with a pause between two numbers',
  example: 'Count slowly to 10',
  match(prompt) {
    const match = pattern.exec(prompt);
    if (match === null) return undefined;
    const [, last, pauseMs] = match;
    if (Number(last) > numbersMax) return answering(() => `I count to ${numbersMax} at most.`);
    return (turn) => count(turn, Number(last), pauseMs === undefined ? pauseDefaultMs : Number(pauseMs));
  },
};

async function count(turn: Turn, last: number, pauseMs: number): Promise<void> {
  const message = turn.startMessage();
  for (let number = 1; number <= last; number += 1) {
    message.delta(number === 1 ? '1' : ` ${number}`);
    await turn.room();
    if (number < last) await turn.pause(pauseMs);
  }
  turn.endMessage();
}
