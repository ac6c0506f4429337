import { TurnFailed } from '../turn.js';
import type { Skill } from './skill.js';

const pattern = /^\s*fail\s+with\s*:?\s*([\s\S]+)$/i;

export const failWith: Skill = {
  summary: 'fail on purpose, to see what a failed run looks like',
  example: 'Fail with the disk is full',
  match(prompt) {
    const message = pattern.exec(prompt)?.[1]?.trim();
    if (message === undefined || message === '') return undefined;
    return () => Promise.reject(new TurnFailed('agent_failed', message));
  },
};
