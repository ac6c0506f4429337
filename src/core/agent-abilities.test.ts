import { describe, expect, it } from 'vitest';
import type { HarnessCapabilities } from '../contract/index.js';
import { refuseWhatAgentCannot } from './agent-abilities.js';

const able: HarnessCapabilities = {
  resume: true,
  fork: 'none',
  steer: false,
  permissions: true,
  partialOutput: true,
  models: false,
  images: true,
  maxTurns: true,
  subagents: false,
  cost: false,
};
const agents = new Map([
  ['builtin', { capabilities: able }],
  ['codex', { capabilities: { ...able, images: false, permissions: false } }],
] as const);
const image = { attachments: [{}] };

describe('what a run asks of its agent', () => {
  it('is taken by one that can do it', () => {
    expect(() =>
      refuseWhatAgentCannot({ ...image, permissions: { mode: 'deny' } }, 'builtin', agents),
    ).not.toThrow();
  });

  it.each([
    ['images', image, '"codex" takes no images. Agents of this server that do: builtin.'],
    ['a policy that somebody must be asked under', { permissions: { mode: 'ask' as const } }, 'asks nobody'],
  ])('is refused by one that cannot, and the words say who can: %s', (_what, wanted, words) => {
    expect(() => refuseWhatAgentCannot(wanted, 'codex', agents)).toThrow(
      expect.objectContaining({ code: 'unsupported', message: expect.stringContaining(words) }),
    );
  });

  it('may be nothing, or to ask nobody', () => {
    expect(() =>
      refuseWhatAgentCannot({ attachments: [], permissions: { mode: 'bypass' } }, 'codex', agents),
    ).not.toThrow();
  });
});
