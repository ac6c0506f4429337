import { describe, expect, it } from 'vitest';
import { type AgentEvent, agentEvent } from '../contract/index.js';
import { boundEvent, cutMiddle, cutStart } from './event-bounds.js';

const toolUseId = 'toolu_0123456789abcdef0123456789abcdef';

function bound(event: AgentEvent, bytesMax: number) {
  const whole = JSON.stringify(event);
  const bounded = boundEvent(event, whole, bytesMax);
  expect(bounded.json).toBe(JSON.stringify(bounded.event));
  expect(bounded.json.length).toBeLessThanOrEqual(bytesMax);
  return bounded.event;
}

const output = (partialOutput: string): AgentEvent => ({
  type: 'tool_execution_update',
  toolUseId,
  partialOutput,
});

function result(texts: readonly string[]): AgentEvent {
  const content = texts.map((text) => ({ type: 'text' as const, text }));
  return {
    type: 'tool_execution_end',
    toolUseId,
    toolName: 'bash',
    result: { content },
    isError: false,
    durationMs: 1,
  };
}

describe('the cut of a text', () => {
  it('never leaves half of a character', () => {
    expect(cutStart('ab😀cd', 3)).toBe('ab');
    expect(cutStart('ab😀cd', 4)).toBe('ab😀');
    for (let charsMax = 2; charsMax < 40; charsMax += 1) {
      const cut = cutMiddle(`x${'😀'.repeat(40)}`, charsMax);
      expect(Buffer.from(cut).toString()).toBe(cut);
    }
  });
});

describe('the bound of an event', () => {
  it('leaves an event alone that is within it, to the last character', () => {
    const event = output('x'.repeat(100));
    const json = JSON.stringify(event);
    expect(boundEvent(event, json, json.length)).toEqual({ event, json });
    expect(boundEvent(event, json, json.length - 1).event).not.toEqual(event);
  });

  it('cuts a long text in the middle and says how much is missing', () => {
    const text = `${'a'.repeat(10_000)}${'z'.repeat(10_000)}`;
    const event = bound(output(text), 4096);
    expect(event).toMatchObject({ type: 'tool_execution_update', toolUseId });
    const { partialOutput } = event as Extract<AgentEvent, { type: 'tool_execution_update' }>;
    const [, head = '', missing, tail = ''] =
      /^(a+)\n\[… (\d+) characters cut …\]\n(z+)$/.exec(partialOutput) ?? [];
    expect(head.length + tail.length + Number(missing)).toBe(text.length);
  });

  it('cuts texts wherever they stand in the event', () => {
    const long = 'x'.repeat(5000);
    const event = bound(
      {
        type: 'tool_execution_start',
        toolUseId,
        toolName: 'write',
        input: { files: [{ text: long, size: 5 }] },
      },
      4096,
    );
    expect(event).toMatchObject({ input: { files: [{ size: 5 }] } });
    expect(JSON.stringify(event)).toContain('characters cut');
  });

  it('does not change the event it was given', () => {
    const event = result(['x'.repeat(9000)]);
    const before = structuredClone(event);
    bound(event, 4096);
    expect(event).toEqual(before);
  });

  it('says what was left out when there is nothing to cut', () => {
    const event = bound({ type: 'turn_end', turnId: 't', toolResults: Array(5000).fill(1) }, 4096);
    expect(event).toMatchObject({
      type: 'notice',
      level: 'warn',
      message: expect.stringContaining('turn_end'),
    });
  });

  it.each([4096, 5000, 5120, 8191, 20_000])(
    'keeps the kind and the ids of an event: bound %i',
    (bytesMax) => {
      for (const count of [1, 3, 10, 20, 40, 60, 80, 100, 150, 200, 400]) {
        for (const type of ['tool_execution_start', 'tool_execution_end'] as const) {
          const texts = Array<string>(count).fill('x'.repeat(2000));
          const event =
            type === 'tool_execution_end'
              ? result(texts)
              : { type, toolUseId, toolName: 'bash', input: { texts }, parentToolUseId: toolUseId };
          const bounded = bound(event, bytesMax);
          expect(agentEvent.parse(bounded)).toEqual(bounded);
          if (bounded.type !== 'notice') expect(bounded).toMatchObject({ type, toolUseId, toolName: 'bash' });
        }
      }
    },
  );

  it('makes texts shorter only where they are longer than the bound', () => {
    expect(cutMiddle('12345678', 8)).toBe('12345678');
    expect(cutMiddle('123456789', 8)).toBe('1234\n[… 1 characters cut …]\n6789');
  });
});
