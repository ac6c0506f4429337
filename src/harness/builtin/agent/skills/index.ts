import { arithmetic } from './arithmetic.js';
import { countSlowly } from './count-slowly.js';
import { admitLimits, explainSkills } from './explain.js';
import { failWith } from './fail-with.js';
import { readFile, writeFile } from './files.js';
import { greet } from './greet.js';
import { look } from './look.js';
import { recall } from './recall.js';
import { recallGiven } from './recall-given.js';
import { runCommand } from './run-command.js';
import type { Act, Skill } from './skill.js';

/** In order: the first that knows the prompt answers it. */
const skills: readonly Skill[] = [
  runCommand,
  readFile,
  writeFile,
  countSlowly,
  failWith,
  greet,
  look,
  explainSkills(() => skills),
  arithmetic,
  recall,
  recallGiven,
];

export function chooseSkill(prompt: string): Act {
  for (const skill of skills) {
    const act = skill.match(prompt);
    if (act !== undefined) return act;
  }
  return admitLimits;
}
