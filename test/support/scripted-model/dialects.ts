/** The other side of the protocols: what clients write and how they read answers, for the tests of the model. */
import { expect } from 'vitest';
import { asList, asObject, asText, type JsonObject } from './json.js';

export interface Answered {
  text: string;
  thinking: string;
  calls: { name: string; input: unknown }[];
  /** What the protocol says about why the answer is over. */
  end: unknown;
}

/** A client of a protocol: how it writes down a dialogue, and what it makes of an answer. */
export interface Dialect {
  path: string;
  user(text: string, image?: string): JsonObject;
  assistant(text: string): JsonObject;
  called(command: string, output: string): JsonObject[];
  body(dialogue: readonly JsonObject[]): JsonObject;
  readWhole(body: JsonObject): Answered;
  readStream(events: readonly JsonObject[]): Answered;
  ends: { said: unknown; called: unknown };
  /** The time until a limit is over, in seconds, as the refusal tells it. */
  limitEndsInS(refusal: Response, error: JsonObject): number;
  limitType: string;
}

/** Of the shell that is offered. */
export const schema = { properties: { command: { type: 'string' } }, required: ['command'] };
const objects = (value: unknown) => asList(value).map(asObject);
const joined = (values: readonly unknown[]) => values.map(asText).join('');

export const messages: Dialect = {
  path: '/v1/messages',
  user: (text, image) => {
    const source = { type: 'base64', media_type: 'image/png', data: image };
    return {
      role: 'user',
      content: [{ type: 'text', text }, ...(image === undefined ? [] : [{ type: 'image', source }])],
    };
  },
  assistant: (text) => ({ role: 'assistant', content: text }),
  called: (command, output) => [
    { role: 'assistant', content: [{ type: 'tool_use', id: 't1', name: 'Bash', input: { command } }] },
    { role: 'user', content: [{ type: 'tool_result', tool_use_id: 't1', content: output }] },
  ],
  body: (dialogue) => ({ messages: dialogue, tools: [{ name: 'Bash', input_schema: schema }] }),
  readWhole(body) {
    const content = objects(body.content);
    return {
      text: joined(content.map(({ text }) => text)),
      thinking: joined(content.map(({ thinking }) => thinking)),
      calls: content
        .filter(({ type }) => type === 'tool_use')
        .map(({ name, input }) => ({ name: asText(name), input })),
      end: body.stop_reason,
    };
  },
  readStream(events) {
    const deltas = events.map(({ delta }) => asObject(delta));
    const input = joined(deltas.map(({ partial_json }) => partial_json));
    const started = events.map(({ content_block }) => asObject(content_block));
    return {
      text: joined(deltas.map(({ text }) => text)),
      thinking: joined(deltas.map(({ thinking }) => thinking)),
      calls: started
        .filter(({ type }) => type === 'tool_use')
        .map(({ name }) => ({ name: asText(name), input: JSON.parse(input) })),
      end: asObject(events.find(({ type }) => type === 'message_delta')?.delta).stop_reason,
    };
  },
  ends: { said: 'end_turn', called: 'tool_use' },
  limitEndsInS: ({ headers }) => Number(headers.get('anthropic-ratelimit-unified-reset')) - Date.now() / 1000,
  limitType: 'rate_limit_error',
};

export const responses: Dialect = {
  path: '/v1/responses',
  user: (text, image) => {
    const part = { type: 'input_image', image_url: `data:image/png;base64,${image}` };
    return {
      type: 'message',
      role: 'user',
      content: [{ type: 'input_text', text }, ...(image === undefined ? [] : [part])],
    };
  },
  assistant: (text) => ({ type: 'message', role: 'assistant', content: [{ type: 'output_text', text }] }),
  called: (command, output) => [
    { type: 'function_call', call_id: 't1', name: 'Bash', arguments: JSON.stringify({ command }) },
    { type: 'function_call_output', call_id: 't1', output },
  ],
  body: (dialogue) => ({ input: dialogue, tools: [{ type: 'function', name: 'Bash', parameters: schema }] }),
  readWhole(body) {
    const output = objects(body.output);
    return {
      text: joined(output.flatMap(({ content }) => objects(content).map(({ text }) => text))),
      thinking: joined(output.flatMap(({ summary }) => objects(summary).map(({ text }) => text))),
      calls: output
        .filter(({ type }) => type === 'function_call')
        .map((item) => ({ name: asText(item.name), input: JSON.parse(asText(item.arguments)) })),
      end: body.status,
    };
  },
  readStream(events) {
    expect(events.map(({ sequence_number }) => sequence_number)).toEqual([...events.keys()]);
    const deltas = (type: string) =>
      joined(events.filter((event) => event.type === type).map(({ delta }) => delta));
    const whole = responses.readWhole(asObject(events.at(-1)?.response));
    expect(deltas('response.function_call_arguments.delta')).toBe(
      joined(whole.calls.map(({ input }) => JSON.stringify(input))),
    );
    return {
      ...whole,
      text: deltas('response.output_text.delta'),
      thinking: deltas('response.reasoning_summary_text.delta'),
    };
  },
  ends: { said: 'completed', called: 'completed' },
  limitEndsInS: (_, error) => Number(error.resets_at) - Date.now() / 1000,
  limitType: 'usage_limit_reached',
};

export const chat: Dialect = {
  path: '/v1/chat/completions',
  user: (text, image) => {
    const part = { type: 'image_url', image_url: { url: `data:image/png;base64,${image}` } };
    return { role: 'user', content: [{ type: 'text', text }, ...(image === undefined ? [] : [part])] };
  },
  assistant: (text) => ({ role: 'assistant', content: text }),
  called(command, output) {
    const call = { name: 'Bash', arguments: JSON.stringify({ command }) };
    return [
      {
        role: 'assistant',
        content: null,
        tool_calls: [{ id: 't1', type: 'function', function: call }],
      },
      { role: 'tool', tool_call_id: 't1', content: output },
    ];
  },
  body: (dialogue) => ({
    messages: dialogue,
    tools: [{ type: 'function', function: { name: 'Bash', parameters: schema } }],
  }),
  readWhole(body) {
    const [choice] = objects(body.choices);
    const message = asObject(choice?.message);
    const calls = objects(message.tool_calls).map((call) => asObject(call.function));
    return {
      text: asText(message.content),
      thinking: asText(message.reasoning_content),
      calls: calls.map((call) => ({ name: asText(call.name), input: JSON.parse(asText(call.arguments)) })),
      end: choice?.finish_reason,
    };
  },
  readStream(events) {
    const choices = events.flatMap((event) => objects(event.choices));
    const deltas = choices.map(({ delta }) => asObject(delta));
    const calls = deltas.flatMap((delta) => objects(delta.tool_calls).map((call) => asObject(call.function)));
    const name = joined(calls.map((call) => call.name));
    const input = joined(calls.map((call) => call.arguments));
    return {
      text: joined(deltas.map(({ content }) => content)),
      thinking: joined(deltas.map(({ reasoning_content }) => reasoning_content)),
      calls: name === '' ? [] : [{ name, input: JSON.parse(input) }],
      end: choices.at(-1)?.finish_reason,
    };
  },
  ends: { said: 'stop', called: 'tool_calls' },
  limitEndsInS: ({ headers }) => Number(headers.get('retry-after')),
  limitType: 'requests',
};

/** What came in a stream, without its last word. */
export function readEvents(stream: string): JsonObject[] {
  const lines = stream.split('\n').filter((line) => line.startsWith('data: ') && line !== 'data: [DONE]');
  return lines.map((line) => asObject(JSON.parse(line.slice('data: '.length))));
}
