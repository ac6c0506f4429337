import { answering, type Skill } from './skill.js';

const pattern = /^\s*(?:hello|hi|hey|good (?:morning|afternoon|evening))(?:\s+(?:there|again))?\s*[.!]*\s*$/i;

export const greet: Skill = {
  summary: 'greet',
  example: 'Hello',
  match: (prompt) =>
    pattern.test(prompt)
      ? answering(
          ({ history }) =>
            `Hello! I am the built-in agent of Quarterdeck, and this is message ${history.count} of our conversation.`,
        )
      : undefined,
};
