import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type ScriptedModel, say, startScriptedModel } from './index.js';
import { asList, asObject, asText, type JsonObject } from './json.js';

let model: ScriptedModel;
beforeEach(async () => {
  model = await startScriptedModel({ resetsInS: 60 });
});
afterEach(() => model.close());

interface Answered {
  text: string;
  thinking: string;
  calls: { name: string; input: unknown }[];
  /** What the protocol says about why the answer is over. */
  end: unknown;
}

/** A client of a protocol: how it writes down a dialogue, and what it makes of an answer. */
interface Dialect {
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

const schema = { properties: { command: { type: 'string' } }, required: ['command'] };
const png = 'iVBORw0KGgo=';
const objects = (value: unknown) => asList(value).map(asObject);
const joined = (values: readonly unknown[]) => values.map(asText).join('');

const messages: Dialect = {
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

const responses: Dialect = {
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

const chat: Dialect = {
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

describe.each([
  ['Anthropic Messages', messages],
  ['OpenAI Responses', responses],
  ['OpenAI Chat Completions', chat],
])('the scripted model in %s', (_, dialect) => {
  const { user, assistant, called, ends } = dialect;

  function post(dialogue: readonly JsonObject[], stream: boolean, signal?: AbortSignal): Promise<Response> {
    return fetch(model.url + dialect.path, {
      method: 'POST',
      body: JSON.stringify({ model: 'scripted-1', stream, ...dialect.body(dialogue) }),
      ...(signal === undefined ? {} : { signal }),
    });
  }

  /** The same dialogue streamed and in one piece, which has to come to the same. */
  async function ask(...dialogue: JsonObject[]): Promise<Answered> {
    const whole = dialect.readWhole(asObject(await (await post(dialogue, false)).json()));
    const streamed = dialect.readStream(readEvents(await (await post(dialogue, true)).text()));
    expect({ ...streamed, thinking: '' }).toEqual({ ...whole, thinking: '' });
    return streamed;
  }

  it('answers a question and says that it is done', async () => {
    expect(await ask(user('What is 2+2?'))).toEqual({ text: '4', thinking: '', calls: [], end: ends.said });
  });

  it('knows what was asked before', async () => {
    const dialogue = [user('What is 2+2?'), assistant('4'), user('What was my previous question?')];
    expect((await ask(...dialogue)).text).toBe('Your previous question was: "What is 2+2?"');
  });

  it('calls the shell of the agent, and quotes what it said', async () => {
    const question = user('Use Bash to run: echo a  b');
    const input = { command: 'echo a  b' };
    expect(await ask(question)).toMatchObject({ calls: [{ name: 'Bash', input }], end: ends.called });
    const then = await ask(question, ...called('echo a  b', 'a b'));
    expect(then).toMatchObject({ text: 'Tool finished. Output was:\na b', calls: [] });
  });

  it('calls the shell as often as it is told', async () => {
    const dialogue = [user('Use Bash 2 times to run: true'), ...called('true', '')];
    expect((await ask(...dialogue)).calls.length).toBe(1);
    expect((await ask(...dialogue, ...called('true', ''))).calls.length).toBe(0);
  });

  it('answers what a person said while a tool ran', async () => {
    const dialogue = [user('Use Bash to run: true'), ...called('true', ''), user('Also say pineapple')];
    expect((await ask(...dialogue)).text).toBe('pineapple');
  });

  it('thinks before it speaks', async () => {
    const { text, thinking } = await ask(user('Think first'));
    expect([thinking, text]).toEqual(['Let me think about it.', 'Thought about it.']);
  });

  it('sees the images that came with the newest question', async () => {
    const described = await ask(user('Look', png), assistant('OK.'), user('Describe the image', png));
    expect(described.text).toBe('Images: 1 (image/png).');
    expect(model.requests.at(-1)?.images).toEqual([{ mimeType: 'image/png', base64: png }]);
    expect((await ask(user('Look', png), user('Describe the image'))).text).toBe('No image came with it.');
  });

  it('keeps what it was sent', async () => {
    const coming = model.untilRequest(({ question }) => question === 'Hello');
    await ask(user('Hello'));
    expect(await coming).toMatchObject({
      model: 'scripted-1',
      question: 'Hello',
      tools: [{ name: 'Bash', parameters: schema }],
    });
  });

  it('fails as a provider whose limit is reached, with the time when it is over', async () => {
    const refusal = await post([user('Fail with 429')], true);
    expect(refusal.status).toBe(429);
    const error = asObject(asObject(await refusal.json()).error);
    expect(error.type).toBe(dialect.limitType);
    const endsInS = dialect.limitEndsInS(refusal, error);
    expect(endsInS).toBeGreaterThan(0);
    // It is told in whole seconds.
    expect(endsInS).toBeLessThanOrEqual(61);
  });

  it('fails with the status that it is told', async () => {
    expect((await post([user('Fail with 500')], true)).status).toBe(500);
    const refused = await post([user('Fail with 401')], false);
    expect(refused.status).toBe(401);
    expect(asText(asObject(asObject(await refused.json()).error).message)).toMatch(/api[- ]key/i);
  });

  it('says no more than the first piece of a slow text while it is held', async () => {
    model.hold();
    const answer = await post([user('Count slowly to 3')], true);
    const reader = answer.body?.pipeThrough(new TextDecoderStream()).getReader();
    let text = '';
    while (!/"1 "/.test(text)) text += (await reader?.read())?.value ?? '';
    expect(text).not.toContain('"2 "');
    model.release();
    for (let piece = await reader?.read(); piece?.done === false; piece = await reader?.read())
      text += piece.value;
    expect(dialect.readStream(readEvents(text)).text).toBe('1 2 3');
  });

  it('leaves a client that it tells nothing waiting until it closes', async () => {
    const hanging = post([user('Hang')], true);
    await model.untilRequest(({ question }) => question === 'Hang');
    await model.close();
    await expect(hanging).rejects.toThrow();
  });

  it('asks the rules of a test first', async () => {
    model.script([{ match: /2\+2/, reply: ({ question }) => say(`No idea: ${question}`) }]);
    expect((await ask(user('What is 2+2?'))).text).toBe('No idea: What is 2+2?');
  });
});

it('hears what Claude Code passes on as the system while a turn runs', async () => {
  const passedOn =
    'The user sent a new message while you were working:\nAlso say pineapple\n\nThis is how Claude Code …';
  const dialogue = [
    messages.user('Use Bash to run: true'),
    ...messages.called('true', ''),
    { role: 'system', content: [{ type: 'text', text: passedOn }] },
  ];
  const body = JSON.stringify(messages.body(dialogue));
  const answer = await fetch(model.url + messages.path, { method: 'POST', body });
  expect(messages.readWhole(asObject(await answer.json())).text).toBe('pineapple');
});

function readEvents(stream: string): JsonObject[] {
  const lines = stream.split('\n').filter((line) => line.startsWith('data: ') && line !== 'data: [DONE]');
  return lines.map((line) => asObject(JSON.parse(line.slice('data: '.length))));
}
