import { type Act, answering, type Skill } from './skill.js';

const pattern = /^\s*(?:help|what can you do|what are your skills|who are you|what are you)\s*[?.!]*\s*$/i;

const notAModel =
  'I am the built-in agent of Quarterdeck: a program that follows rules, not a language model.';

/** Lists the skills that there are. */
export function explainSkills(skills: () => readonly Skill[]): Skill {
  const text = () => {
    const lines = skills().map(({ summary, example }) => `- ${summary}: "${example}"`);
    return `${notAModel} I can\n${lines.join('\n')}`;
  };
  return {
    summary: 'say what I can do',
    example: 'What can you do?',
    match: (prompt) => (pattern.test(prompt) ? answering(text) : undefined),
  };
}

/** The honest answer to everything else. */
export const admitLimits: Act = answering(
  ({ prompt }) =>
    `I cannot answer ${quote(prompt)}. ${notAModel} Ask "What can you do?" for what I can, or connect a real agent: ` +
    "name it as `harness` of a target in the project's `asp-targets.toml`.",
);

const quotedCharsMax = 80;

function quote(prompt: string): string {
  const line = prompt.trim().replace(/\s+/g, ' ');
  if (line === '') return 'an empty prompt';
  return `"${line.length > quotedCharsMax ? `${line.slice(0, quotedCharsMax)}…` : line}"`;
}
