import { describe, expect, it } from 'vitest';
import { parseSpaceReference } from './space-reference.js';

describe('a reference to a space', () => {
  it.each([
    ['space:project:rules', { kind: 'project', id: 'rules', selector: { kind: 'dev' } }],
    ['space:project:rules@dev', { kind: 'project', id: 'rules', selector: { kind: 'dev' } }],
    ['space:agent:rules', { kind: 'agent', id: 'rules', selector: { kind: 'dev' } }],
    ['space:rules', { kind: 'shared', id: 'rules', selector: { kind: 'dev' } }],
    ['space:rules@dev', { kind: 'shared', id: 'rules', selector: { kind: 'dev' } }],
    ['space:rules@HEAD', { kind: 'shared', id: 'rules', selector: { kind: 'head' } }],
    ['space:rules@stable', { kind: 'shared', id: 'rules', selector: { kind: 'tag', tag: 'stable' } }],
    ['space:rules@1.2.3', { kind: 'shared', id: 'rules', selector: { kind: 'version', range: '1.2.3' } }],
    ['space:rules@^1.2.3', { kind: 'shared', id: 'rules', selector: { kind: 'version', range: '^1.2.3' } }],
    ['space:rules@~1.2.3', { kind: 'shared', id: 'rules', selector: { kind: 'version', range: '~1.2.3' } }],
    [
      'space:rules@git:abc1234',
      { kind: 'shared', id: 'rules', selector: { kind: 'commit', commit: 'abc1234' } },
    ],
    ['space:path:../my rules@dev', { kind: 'path', folder: '../my rules', selector: { kind: 'dev' } }],
    ['space:path:/srv/rules@dev', { kind: 'path', folder: '/srv/rules', selector: { kind: 'dev' } }],
  ])('may be %s', (text, meaning) => {
    expect(parseSpaceReference(text)).toEqual({ ...meaning, text });
  });

  it.each([
    '',
    'rules',
    'space:',
    'space:@dev',
    'space:rules@',
    'space:Rules@dev',
    'space:a--b@dev',
    'space:-a@dev',
    'space:../rules@dev',
    'space:a/b@dev',
    'space:project:',
    'space:project:../rules',
    'space:project:a/b',
    'space:team:rules',
    'space:path:@dev',
    'space:path:a\0b@dev',
    `space:${'x'.repeat(65)}@dev`,
  ])('is not "%s", and the words say how one is written', (text) => {
    expect(parseSpaceReference(text)).toEqual({ problem: expect.stringContaining('space:project:ID') });
  });

  it('by a path needs its selector', () => {
    expect(parseSpaceReference('space:path:rules')).toEqual({
      problem: expect.stringContaining('write "space:path:rules@dev"'),
    });
  });
});
