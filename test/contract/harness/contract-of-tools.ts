/** What tools do, where, and what is told of them. */
import { writeFileSync } from 'node:fs';
import { describe, expect, it, vi } from 'vitest';
import { type EventOfType, RecordingHost } from './recording-host.js';
import { ask, type Stage } from './stage.js';
import type { HarnessSubject } from './subject.js';

export function describeTools(subject: HarnessSubject, stage: () => Stage): void {
  const { capabilities, prompts, promises = {} } = subject;

  describe('tools', () => {
    it('runs a shell in the project, and reports input, output, failure and duration', async () => {
      const conversation = await stage().open(stage().harness());
      const host = new RecordingHost();
      const result = await ask(conversation, prompts.runShell('echo one; echo two >&2; pwd; exit 3'), host);
      expect(result).toMatchObject({ outcome: 'completed', usage: { toolCalls: 1 } });
      const [start] = host.all('tool_execution_start');
      const [end] = host.all('tool_execution_end');
      expect(start).toMatchObject({ toolName: expect.any(String) });
      expect(JSON.stringify(start?.input)).toContain('echo one');
      expect(end).toMatchObject({ toolUseId: start?.toolUseId, toolName: start?.toolName, isError: true });
      expect(end?.durationMs).toBeGreaterThanOrEqual(0);
      for (const line of ['one', 'two', stage().cwd]) expect(textOf(end)).toContain(line);
      if (promises.exitCode) expect(end?.result.details).toMatchObject({ exitCode: 3 });
      if (promises.exactOutput) expect(textOf(end)).toBe(`one\ntwo\n${stage().cwd}\n`);
    });

    it('tells a tool that worked from one that failed', async () => {
      const conversation = await stage().open(stage().harness());
      const host = new RecordingHost();
      await ask(conversation, prompts.runShell('echo fine'), host);
      expect(host.all('tool_execution_end')).toMatchObject([{ isError: false }]);
      expect(textOf(host.all('tool_execution_end')[0])).toContain('fine');
    });

    it.skipIf(!capabilities.partialOutput)('reports output while the tool runs', async () => {
      const conversation = await stage().open(stage().harness());
      const host = new RecordingHost();
      const command = 'until [ -e go ]; do echo tick; sleep 0.05; done; echo late';
      const turn = ask(conversation, prompts.runShell(command), host);
      expect((await host.first('tool_execution_update')).partialOutput).toMatch(/^(tick\n)+$/);
      writeFileSync(stage().file('go'), '');
      expect(await turn).toMatchObject({ outcome: 'completed' });
      expect(textOf(host.all('tool_execution_end')[0])).toMatch(/tick\nlate\n?$/);
      stage().shows('partialOutput');
    });

    it('gives tools none of the variables of the server', async () => {
      vi.stubEnv('QUARTERDECK_TOKEN', 'secret');
      const conversation = await stage().open(stage().harness());
      const host = new RecordingHost();
      await ask(conversation, prompts.runShell('env | cut -d= -f1'), host);
      vi.unstubAllEnvs();
      const names = textOf(host.all('tool_execution_end')[0]).split('\n');
      expect(names).toContain('PATH');
      expect(names.filter((name) => /VITEST|NODE_ENV|QUARTERDECK_(?!MARK)/.test(name))).toEqual([]);
    });
  });
}

function textOf(end: EventOfType<'tool_execution_end'> | undefined): string {
  return (end?.result.content ?? []).map((block) => (block.type === 'text' ? block.text : '')).join('');
}
