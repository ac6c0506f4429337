/**
 * The OpenAI Chat Completions protocol, as Pi and OpenCode speak it.
 * Source: https://platform.openai.com/docs/api-reference/chat and /chat-streaming; `reasoning_content` is what servers
 * that stream thoughts in this protocol call them.
 */
import { asList, asObject, asText, type JsonObject, parseLoosely } from './json.js';
import { failChat } from './openai-failure.js';
import {
  countTokens,
  type Frame,
  inPieces,
  type ModelRequest,
  newId,
  type Part,
  type Protocol,
  readDataUrl,
  type Step,
} from './protocol.js';

export const openAiChat: Protocol = {
  name: 'chat',
  path: '/v1/chat/completions',
  read(body) {
    const messages = asList(body.messages).map(asObject);
    const system = messages.filter(({ role }) => role === 'system' || role === 'developer');
    return {
      model: asText(body.model),
      streamed: body.stream === true,
      instructions: system.map(({ content }) => readTexts(content)).join('\n'),
      steps: messages.flatMap(readMessage),
      tools: asList(body.tools)
        .map((tool) => asObject(asObject(tool).function))
        .map(({ name, parameters }) => ({
          name: asText(name),
          kind: 'function',
          parameters: asObject(parameters),
        })),
    };
  },
  answer(parts, request) {
    const calls = toCalls(parts);
    const thinking = joinTexts(parts, 'thinking');
    const message = {
      role: 'assistant',
      content: joinTexts(parts, 'text') || null,
      ...(thinking === '' ? {} : { reasoning_content: thinking }),
      ...(calls.length === 0 ? {} : { tool_calls: calls }),
    };
    const choices = [{ index: 0, message, finish_reason: finishReason(parts) }];
    return { ...heading('chat.completion', request), choices, usage: usageOf(parts, request) };
  },
  stream,
  fail: failChat,
};

function contentOf(content: unknown): JsonObject[] {
  return typeof content === 'string' ? [{ text: content }] : asList(content).map(asObject);
}

function readTexts(content: unknown): string {
  return contentOf(content)
    .map(({ text }) => asText(text))
    .filter((text) => text !== '')
    .join('\n');
}

function readMessage(message: JsonObject): Step[] {
  const text = readTexts(message.content);
  // Whether a tool failed is not part of the protocol.
  if (message.role === 'tool')
    return [{ kind: 'result', callId: asText(message.tool_call_id), text, isError: false }];
  if (message.role === 'assistant')
    return [
      { kind: 'assistant', text },
      ...asList(message.tool_calls).map((call) => readCall(asObject(call))),
    ];
  if (message.role !== 'user') return [];
  const urls = contentOf(message.content).map(({ image_url }) => asText(asObject(image_url).url));
  return [{ kind: 'user', text, images: urls.flatMap((url) => readDataUrl(url) ?? []) }];
}

function readCall(call: JsonObject): Step {
  const { name, arguments: input } = asObject(call.function);
  return { kind: 'call', id: asText(call.id), name: asText(name), input: parseLoosely(asText(input)) };
}

function joinTexts(parts: readonly Part[], kind: 'text' | 'thinking'): string {
  return parts.map((part) => (part.kind === kind ? part.text : '')).join('');
}

function toCalls(parts: readonly Part[]) {
  return parts
    .filter((part) => part.kind === 'call')
    .map(({ tool, input }) => ({
      id: newId('call'),
      type: 'function',
      function: { name: tool.name, arguments: JSON.stringify(input) },
    }));
}

function finishReason(parts: readonly Part[]): string {
  return parts.some(({ kind }) => kind === 'call') ? 'tool_calls' : 'stop';
}

function heading(object: string, { model }: ModelRequest): JsonObject {
  return { id: newId('chatcmpl'), object, created: Math.floor(Date.now() / 1000), model };
}

function usageOf(parts: readonly Part[], { steps }: ModelRequest): JsonObject {
  const [prompt_tokens, completion_tokens] = [countTokens(steps), countTokens(parts)];
  return { prompt_tokens, completion_tokens, total_tokens: prompt_tokens + completion_tokens };
}

function* stream(parts: readonly Part[], request: ModelRequest): Iterable<Frame> {
  const head = heading('chat.completion.chunk', request);
  const chunk = (delta: JsonObject, finish_reason: string | null = null): JsonObject => ({
    ...head,
    choices: [{ index: 0, delta, finish_reason }],
  });
  yield { data: chunk({ role: 'assistant', content: '' }) };
  for (const part of parts) {
    if (part.kind === 'text')
      for (const content of inPieces(part.text)) yield { data: chunk({ content }), slow: part.slow === true };
    if (part.kind === 'thinking')
      for (const reasoning_content of inPieces(part.text)) yield { data: chunk({ reasoning_content }) };
  }
  for (const [index, call] of toCalls(parts).entries()) {
    const { name, arguments: input } = call.function;
    yield { data: chunk({ tool_calls: [{ ...call, index, function: { name, arguments: '' } }] }) };
    for (const piece of inPieces(input))
      yield { data: chunk({ tool_calls: [{ index, function: { arguments: piece } }] }) };
  }
  yield { data: chunk({}, finishReason(parts)) };
  yield { data: { ...head, choices: [], usage: usageOf(parts, request) } };
  yield { data: '[DONE]' };
}
