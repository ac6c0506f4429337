import { describe, expect, it } from 'vitest';
import { commandOf, toolCallOf, toolEndOf } from './item-words.js';

describe('commandOf', () => {
  it.each([
    ["/bin/bash -lc 'echo hi'", 'echo hi'],
    ['/bin/bash -lc ls', 'ls'],
    [`/bin/bash -lc 'echo '"'"'it is'"'"' me'`, "echo 'it is' me"],
    ['/usr/bin/zsh -c "echo \\"$HOME\\""', 'echo "$HOME"'],
    ['npm test', 'npm test'],
    ['/bin/bash -lc "half', '"half'],
  ])('%s means %s', (line, command) => {
    expect(commandOf(line)).toBe(command);
  });
});

describe('toolCallOf', () => {
  it('names tools as rules of a target do', () => {
    const call = {
      type: 'mcpToolCall',
      id: 'call_1',
      server: 'files',
      tool: 'read',
      arguments: { path: 'a' },
    };
    expect(toolCallOf(call)).toEqual({
      toolUseId: 'call_1',
      toolName: 'mcp__files__read',
      input: { path: 'a' },
    });
    expect(
      toolCallOf({ type: 'collabAgentToolCall', id: 'c', tool: 'wait', receiverThreadIds: ['t'] }),
    ).toEqual({
      toolUseId: 'c',
      toolName: 'Wait',
      input: { prompt: undefined, agents: ['t'] },
    });
  });

  it('knows what is no tool', () => {
    expect(toolCallOf({ type: 'contextCompaction', id: 'x' })).toBeUndefined();
  });
});

describe('toolEndOf', () => {
  it('leaves the pieces of an output standing when there is no whole', () => {
    const item = { type: 'commandExecution', status: 'declined', aggregatedOutput: null, exitCode: null };
    expect(toolEndOf(item)).toEqual({ isError: true, details: { status: 'declined' } });
  });

  it('tells a change of files by its differences', () => {
    const changes = [
      { path: '/p/a.txt', kind: { type: 'update', move_path: null }, diff: '@@ -1 +1 @@\n-a\n+b\n' },
    ];
    expect(toolEndOf({ type: 'fileChange', status: 'completed', changes })).toMatchObject({
      isError: false,
      output: 'update /p/a.txt\n@@ -1 +1 @@\n-a\n+b\n',
    });
  });

  it('tells the error of an MCP server in the place of its result', () => {
    const item = {
      type: 'mcpToolCall',
      status: 'completed',
      result: null,
      error: { message: 'no such file' },
    };
    expect(toolEndOf(item)).toEqual({ isError: true, output: 'no such file' });
  });
});
