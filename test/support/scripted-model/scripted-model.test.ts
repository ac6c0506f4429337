import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Answered, chat, messages, readEvents, responses, schema } from './dialects.js';
import { type ScriptedModel, say, startScriptedModel } from './index.js';
import { asObject, asText, type JsonObject } from './json.js';

let model: ScriptedModel;
beforeEach(async () => {
  model = await startScriptedModel({ resetsInS: 60 });
});
afterEach(() => model.close());

const png = 'iVBORw0KGgo=';

describe.each([
  ['Anthropic Messages', messages],
  ['OpenAI Responses', responses],
  ['OpenAI Chat Completions', chat],
])('the scripted model in %s', (_, dialect) => {
  const { user, assistant, called, ends } = dialect;

  function post(dialogue: readonly JsonObject[], stream: boolean): Promise<Response> {
    return fetch(model.url + dialect.path, {
      method: 'POST',
      body: JSON.stringify({ model: 'scripted-1', stream, ...dialect.body(dialogue) }),
    });
  }

  /** The same dialogue streamed and in one piece, which has to come to the same. */
  async function ask(...dialogue: JsonObject[]): Promise<Answered> {
    const whole = dialect.readWhole(asObject(await (await post(dialogue, false)).json()));
    const streamed = dialect.readStream(readEvents(await (await post(dialogue, true)).text()));
    expect(streamed).toEqual(whole);
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
