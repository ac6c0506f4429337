import { expect, it } from 'vitest';
import type { LaunchBundle } from '../../core/index.js';
import { noticesOfLeftOut } from './left-out.js';

const nothing = { read: [], write: [], commands: [], commandPatterns: [], hosts: [], toolRules: [] };
const bundle: LaunchBundle = {
  instructions: 'Be brief.',
  skills: [{ name: 'dig', path: '/s/dig' }],
  commands: [],
  agents: [],
  mcpServers: { files: { kind: 'stdio', command: 'files', args: [], env: {} } },
  permissions: { allow: nothing, deny: { ...nothing, commands: ['rm'] } },
};

it('names what spaces bring and the agent does not take, and nothing else', () => {
  expect(noticesOfLeftOut(bundle, 'pi', 'Pi')).toEqual([
    'MCP servers of spaces have no effect on Pi.',
    'Permissions of spaces have no effect on Pi.',
  ]);
  expect(noticesOfLeftOut(undefined, 'acp', 'Pi')).toEqual([]);
});
