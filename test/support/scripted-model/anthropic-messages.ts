/**
 * The Anthropic Messages protocol, as Claude Code speaks it.
 * Source: https://docs.anthropic.com/en/api/messages, /messages-streaming, /errors and /rate-limits.
 */
import { asList, asObject, asText, type JsonObject } from './json.js';
import {
  countTokens,
  type Failure,
  type Frame,
  type Image,
  inPieces,
  type ModelRequest,
  newId,
  type Part,
  type Protocol,
  type Step,
} from './protocol.js';

export const anthropicMessages: Protocol = {
  name: 'messages',
  path: '/v1/messages',
  read(body) {
    const messages = asList(body.messages).map(asObject);
    // Claude Code also speaks as the system between the messages.
    const system = messages.filter(({ role }) => role === 'system').map(({ content }) => content);
    return {
      model: asText(body.model),
      streamed: body.stream === true,
      instructions: [body.system, ...system].flatMap(readTexts).join('\n'),
      steps: messages.flatMap(readMessage),
      tools: asList(body.tools)
        .map(asObject)
        .map(({ name, input_schema }) => ({
          name: asText(name),
          kind: 'function',
          parameters: asObject(input_schema),
        })),
    };
  },
  answer(parts, request) {
    const content = parts.map(toBlock);
    return { ...openMessage(request), content, ...closing(parts, content) };
  },
  stream,
  fail,
};

function blocksOf(content: unknown): JsonObject[] {
  return typeof content === 'string' ? [{ type: 'text', text: content }] : asList(content).map(asObject);
}

function readTexts(content: unknown): string[] {
  return blocksOf(content)
    .filter(({ type }) => type === 'text')
    .map(({ text }) => asText(text));
}

/**
 * Results stand before the words of a person, also when both came in one message. Each block of text is a step, because
 * Claude Code joins messages that nothing was answered to.
 */
function readMessage({ role, content }: JsonObject): Step[] {
  const blocks = blocksOf(content);
  const texts = readTexts(content);
  if (role === 'assistant') {
    const calls = blocks.filter(({ type }) => type === 'tool_use');
    return [
      ...texts.map((text): Step => ({ kind: 'assistant', text })),
      ...calls.map(
        ({ id, name, input }): Step => ({ kind: 'call', id: asText(id), name: asText(name), input }),
      ),
    ];
  }
  if (role === 'system') return texts.flatMap(readSaidMeanwhile);
  if (role !== 'user') return [];
  const images = blocks.filter(({ type }) => type === 'image').map(readImage);
  const results = blocks.filter(({ type }) => type === 'tool_result');
  return [...results.map(readResult), ...texts.map((text): Step => ({ kind: 'user', text, images }))];
}

/** What a person says while a turn runs, Claude Code passes on as the system. */
function readSaidMeanwhile(text: string): Step[] {
  const said = /^The user sent a new message while you were working:\n([\s\S]*?)\n\nThis is how /.exec(text);
  return said === null ? [] : [{ kind: 'user', text: said[1] ?? '', images: [] }];
}

function readResult(block: JsonObject): Step {
  const text = readTexts(block.content).join('\n');
  return { kind: 'result', callId: asText(block.tool_use_id), text, isError: block.is_error === true };
}

function readImage(block: JsonObject): Image {
  const source = asObject(block.source);
  return { mimeType: asText(source.media_type), base64: asText(source.data) };
}

function toBlock(part: Part): JsonObject {
  if (part.kind === 'text') return { type: 'text', text: part.text };
  if (part.kind === 'thinking') return { type: 'thinking', thinking: part.text, signature: 'c2NyaXB0ZWQ=' };
  return { type: 'tool_use', id: newId('toolu'), name: part.tool.name, input: part.input };
}

function openMessage(request: ModelRequest): JsonObject {
  const usage = {
    input_tokens: countTokens(request.steps),
    cache_creation_input_tokens: 0,
    cache_read_input_tokens: 0,
    output_tokens: 1,
  };
  const { model } = request;
  return {
    id: newId('msg'),
    type: 'message',
    role: 'assistant',
    model,
    content: [],
    stop_reason: null,
    stop_sequence: null,
    usage,
  };
}

function closing(parts: readonly Part[], content: readonly JsonObject[]) {
  const stop_reason = parts.some(({ kind }) => kind === 'call') ? 'tool_use' : 'end_turn';
  return { stop_reason, stop_sequence: null, usage: { output_tokens: countTokens(content) } };
}

function* stream(parts: readonly Part[], request: ModelRequest): Iterable<Frame> {
  const content = parts.map(toBlock);
  yield frame('message_start', { message: openMessage(request) });
  for (const [index, block] of content.entries()) {
    const slow = isSlow(parts[index]);
    yield frame('content_block_start', { index, content_block: emptied(block) });
    for (const delta of deltasOf(block)) yield { ...frame('content_block_delta', { index, delta }), slow };
    yield frame('content_block_stop', { index });
  }
  const { usage, ...delta } = closing(parts, content);
  yield frame('message_delta', { delta, usage });
  yield frame('message_stop', {});
}

function frame(event: string, fields: JsonObject): Frame {
  return { event, data: { type: event, ...fields } };
}

function isSlow(part: Part | undefined): boolean {
  return part?.kind === 'text' && part.slow === true;
}

function emptied(block: JsonObject): JsonObject {
  if (block.type === 'text') return { ...block, text: '' };
  if (block.type === 'thinking') return { ...block, thinking: '', signature: '' };
  return { ...block, input: {} };
}

function deltasOf(block: JsonObject): JsonObject[] {
  if (block.type === 'text')
    return inPieces(asText(block.text)).map((text) => ({ type: 'text_delta', text }));
  if (block.type === 'thinking')
    return [
      ...inPieces(asText(block.thinking)).map((thinking) => ({ type: 'thinking_delta', thinking })),
      { type: 'signature_delta', signature: block.signature },
    ];
  return inPieces(JSON.stringify(block.input)).map((partial_json) => ({
    type: 'input_json_delta',
    partial_json,
  }));
}

const errorTypes: Readonly<Record<number, readonly [type: string, message: string]>> = {
  401: ['authentication_error', 'invalid x-api-key'],
  429: ['rate_limit_error', "This request would exceed your account's rate limit. Please try again later."],
  500: ['api_error', 'Internal server error'],
  529: ['overloaded_error', 'Overloaded'],
};

function fail(status: number, resetsInS: number): Failure {
  const [type, message] = errorTypes[status] ?? ['api_error', `Scripted failure ${status}`];
  const resetsAtS = Math.ceil(Date.now() / 1000) + resetsInS;
  const limit = {
    'retry-after': String(resetsInS),
    'anthropic-ratelimit-unified-status': 'rejected',
    'anthropic-ratelimit-unified-reset': String(resetsAtS),
    'anthropic-ratelimit-unified-representative-claim': 'five_hour',
  };
  return {
    headers: status === 429 ? limit : {},
    body: { type: 'error', error: { type, message }, request_id: newId('req') },
  };
}
