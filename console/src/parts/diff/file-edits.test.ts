import { describe, expect, it } from 'vitest';
import { fileEditsOf } from './file-edits';

describe('the edits of a tool call', () => {
  it.each([
    ['a replaced text', { file_path: 'a.ts', old_string: 'x', new_string: 'y' }, [['x', 'y']]],
    [
      'several of them',
      {
        path: 'a.ts',
        edits: [
          { oldText: 'x', newText: 'y' },
          { oldText: 'z', newText: '' },
        ],
      },
      [
        ['x', 'y'],
        ['z', ''],
      ],
    ],
    ['a written file', { path: 'a.ts', content: 'all' }, [['', 'all']]],
  ])('are read from %s', (_, input, texts) => {
    expect(fileEditsOf(input)).toEqual(texts.map(([before, after]) => ({ path: 'a.ts', before, after })));
  });

  it('are those that the agent found, where it says so', () => {
    const structuredPatch = [{ oldStart: 7, oldLines: 1, newStart: 7, newLines: 1, lines: ['-x', '+y'] }];
    const input = { file_path: 'a.ts', old_string: 'x', new_string: 'y' };
    expect(fileEditsOf(input, { structuredPatch })).toEqual([
      { path: 'a.ts', hunks: [{ oldStart: 7, newStart: 7, lines: ['-x', '+y'] }] },
    ]);
  });

  it('are read from what was printed, file by file', () => {
    const changes = [
      { path: '/p/a.txt', kind: 'update' },
      { path: '/p/b.txt', kind: 'update' },
    ];
    const output = 'update /p/a.txt\n@@ -1 +1,2 @@\n-a\n+b\n+c\nupdate /p/b.txt\n@@ -4,2 +5 @@ f()\n x\n-y\n';
    expect(fileEditsOf({ changes }, undefined, output)).toEqual([
      { path: '/p/a.txt', hunks: [{ oldStart: 1, newStart: 1, lines: ['-a', '+b', '+c'] }] },
      { path: '/p/b.txt', hunks: [{ oldStart: 4, newStart: 5, lines: [' x', '-y'] }] },
    ]);
    expect(fileEditsOf({ changes }, undefined, '')).toEqual([]);
  });

  it('are none of a tool that edits nothing', () => {
    for (const input of [{ command: 'ls' }, { path: 'a.ts' }, 'text', null, undefined])
      expect(fileEditsOf(input)).toEqual([]);
  });
});
