/** An agent may have others work for it: what they say and do is not what it says and does itself. */
import { describe, expect } from 'vitest';
import { RecordingHost } from './recording-host.js';
import { ask, type Stage } from './stage.js';
import { type HarnessSubject, itWith } from './subject.js';

export function describeSubagents({ capabilities, prompts }: HarnessSubject, stage: () => Stage): void {
  const delegate = capabilities.subagents ? prompts.delegate : undefined;

  describe('a subagent', () => {
    itWith(delegate, 'is told apart by the tool call that it works for', async (delegateTo) => {
      const conversation = await stage().open(stage().harness());
      const host = new RecordingHost();
      const result = await ask(conversation, delegateTo('echo inside'), host);
      const starts = host.all('tool_execution_start');
      const inner = starts.find(({ input }) => /"echo inside"/.test(JSON.stringify(input)));
      const outer = starts.find(({ toolUseId }) => toolUseId === inner?.parentToolUseId);
      expect(outer).toBeDefined();
      expect(outer).not.toHaveProperty('parentToolUseId');
      const { toolUseId: parentToolUseId } = outer ?? {};
      expect(host.all('tool_execution_end')).toContainEqual(
        expect.objectContaining({ toolUseId: inner?.toolUseId, parentToolUseId, isError: false }),
      );
      const said = host.all('message_end').filter(({ message }) => message.role === 'assistant');
      const bySubagent = said.filter((event) => event.parentToolUseId === parentToolUseId);
      expect(JSON.stringify(bySubagent)).toContain('inside');
      const last = said.at(-1);
      expect(last).not.toHaveProperty('parentToolUseId');
      expect(result).toMatchObject({ outcome: 'completed', finalOutput: last?.message.content });
      stage().shows('subagents');
    });
  });
}
