import type { Skill } from './skill.js';

const fileName = '(?:"([^"]+)"|`([^`]+)`|([^\\s:"`]+))';
const readPattern = new RegExp(`^\\s*(?:please\\s+)?read\\s+(?:the\\s+)?(?:file\\s+)?${fileName}\\s*$`, 'i');
const writePattern = new RegExp(
  `^\\s*(?:please\\s+)?write\\s+(?:the\\s+)?(?:file\\s+)?${fileName}\\s*:[ \\t]?\\n?([\\s\\S]*)$`,
  'i',
);

export const readFile: Skill = {
  summary: 'read a file of the project',
  example: 'Read README.md',
  match(prompt) {
    const match = readPattern.exec(prompt);
    if (match === null) return undefined;
    const path = match[1] ?? match[2] ?? match[3];
    return async (turn) => {
      const { text, isError } = await turn.useTool('Read', { path });
      if (isError) return turn.say(`I could not read it: ${text}`);
      return turn.say(text === '' ? `${path} is empty.` : `${path} holds:\n${text}`);
    };
  },
};

export const writeFile: Skill = {
  summary: 'write a file of the project',
  example: 'Write notes.txt: remember the milk',
  match(prompt) {
    const match = writePattern.exec(prompt);
    if (match === null) return undefined;
    const path = match[1] ?? match[2] ?? match[3];
    const content = match[4] ?? '';
    return async (turn) => {
      const { text, isError } = await turn.useTool('Write', { path, content });
      return turn.say(isError ? `I could not write it: ${text}` : text);
    };
  },
};
