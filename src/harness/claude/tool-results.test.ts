import { expect, it } from 'vitest';
import { toolEndOf } from './tool-results.js';

it('a shell that failed says its exit code in words', () => {
  const block = { content: 'Exit code 3\none', is_error: true };
  expect(toolEndOf('Bash', block, 'Error: Exit code 3\none')).toEqual({
    isError: true,
    output: 'Exit code 3\none',
    details: { exitCode: 3 },
  });
});

it('a shell that did not fail ended with 0, unless there is doubt', () => {
  const block = { content: 'one', is_error: false };
  const record = { stdout: 'one', stderr: '', interrupted: false };
  expect(toolEndOf('Bash', block, record).details).toEqual({ exitCode: 0 });
  for (const doubt of [
    { interrupted: true },
    { returnCodeInterpretation: 'No matches' },
    { stdout: undefined },
  ])
    expect(toolEndOf('Bash', block, { ...record, ...doubt }).details).toBeUndefined();
});

it('blocks that are no text are named', () => {
  const content = [
    { type: 'text', text: 'a' },
    { type: 'image', source: {} },
  ];
  expect(toolEndOf('Read', { content }, undefined)).toEqual({ isError: false, output: 'a\n[image]' });
});

it('the record of another tool is its details', () => {
  expect(toolEndOf('Edit', { content: 'ok' }, { filePath: '/x' }).details).toEqual({ filePath: '/x' });
});
