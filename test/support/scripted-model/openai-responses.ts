/**
 * The OpenAI Responses protocol, as Codex speaks it.
 * Source: https://platform.openai.com/docs/api-reference/responses and /responses-streaming; what Codex reads of a
 * refusal is in codex-rs/codex-api/src/api_bridge.rs of github.com/openai/codex.
 */
import { asList, asObject, asText, type JsonObject, parseLoosely } from './json.js';
import { failResponses } from './openai-failure.js';
import {
  countTokens,
  type Frame,
  inPieces,
  type ModelRequest,
  newId,
  type OfferedTool,
  type Part,
  type Protocol,
  readDataUrl,
  type Step,
} from './protocol.js';

export const openAiResponses: Protocol = {
  name: 'responses',
  path: '/v1/responses',
  read: (body) => ({
    model: asText(body.model),
    streamed: body.stream === true,
    instructions: asText(body.instructions),
    steps:
      typeof body.input === 'string'
        ? [{ kind: 'user', text: body.input, images: [] }]
        : asList(body.input).flatMap((item) => readItem(asObject(item))),
    tools: asList(body.tools).flatMap((tool) => readTool(asObject(tool))),
  }),
  answer: (parts, request) => completed(openResponse(request), parts.map(toItem), request),
  stream,
  fail: failResponses,
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

function readItem(item: JsonObject): Step[] {
  const type = asText(item.type) || 'message';
  if (type.endsWith('_call')) {
    const input = parseLoosely(asText(item.arguments) || asText(item.input));
    return [{ kind: 'call', id: asText(item.call_id), name: asText(item.name), input }];
  }
  // Whether a tool failed is not part of the protocol.
  if (type.endsWith('_call_output'))
    return [{ kind: 'result', callId: asText(item.call_id), text: readTexts(item.output), isError: false }];
  if (type !== 'message') return [];
  const text = readTexts(item.content);
  if (item.role === 'assistant') return [{ kind: 'assistant', text }];
  if (item.role !== 'user') return [];
  const urls = contentOf(item.content).map(({ image_url }) => asText(image_url));
  return [{ kind: 'user', text, images: urls.flatMap((url) => readDataUrl(url) ?? []) }];
}

function readTool(tool: JsonObject, namespace?: string): OfferedTool[] {
  if (tool.type === 'namespace')
    return asList(tool.tools).flatMap((inner) => readTool(asObject(inner), asText(tool.name)));
  // What OpenAI runs itself, such as web search, is not for an agent to run.
  if (tool.type !== 'function' && tool.type !== 'custom') return [];
  const read = { name: asText(tool.name), kind: tool.type, parameters: asObject(tool.parameters) } as const;
  return [namespace === undefined ? read : { ...read, namespace }];
}

function toItem(part: Part): JsonObject {
  if (part.kind === 'text')
    return {
      type: 'message',
      id: newId('msg'),
      role: 'assistant',
      status: 'completed',
      content: [{ type: 'output_text', text: part.text, annotations: [] }],
    };
  if (part.kind === 'thinking')
    return { type: 'reasoning', id: newId('rs'), summary: [{ type: 'summary_text', text: part.text }] };
  const { name, namespace, kind } = part.tool;
  const call = { call_id: newId('call'), name, status: 'completed' };
  if (kind === 'custom') {
    const input = asText(part.input.input) || JSON.stringify(part.input);
    return { type: 'custom_tool_call', id: newId('ctc'), ...call, input };
  }
  const place = namespace === undefined ? {} : { namespace };
  return {
    type: 'function_call',
    id: newId('fc'),
    ...call,
    ...place,
    arguments: JSON.stringify(part.input),
  };
}

function openResponse({ model }: ModelRequest): JsonObject {
  const created_at = Math.floor(Date.now() / 1000);
  return {
    id: newId('resp'),
    object: 'response',
    created_at,
    model,
    status: 'in_progress',
    output: [],
    usage: null,
  };
}

function completed(response: JsonObject, output: readonly JsonObject[], request: ModelRequest): JsonObject {
  const [input_tokens, output_tokens] = [countTokens(request.steps), countTokens(output)];
  const usage = {
    input_tokens,
    input_tokens_details: { cached_tokens: 0 },
    output_tokens,
    output_tokens_details: { reasoning_tokens: 0 },
    total_tokens: input_tokens + output_tokens,
  };
  return { ...response, status: 'completed', output, usage };
}

function* stream(parts: readonly Part[], request: ModelRequest): Iterable<Frame> {
  const response = openResponse(request);
  const output = parts.map(toItem);
  let sequence_number = 0;
  const numbered = (frame: Frame): Frame => ({
    ...frame,
    data: { type: frame.event, sequence_number: sequence_number++, ...asObject(frame.data) },
  });
  yield numbered({ event: 'response.created', data: { response } });
  yield numbered({ event: 'response.in_progress', data: { response } });
  for (const [output_index, part] of parts.entries()) {
    const item = asObject(output[output_index]);
    for (const frame of itemFrames(part, item))
      yield numbered({ ...frame, data: { output_index, ...asObject(frame.data) } });
  }
  yield numbered({ event: 'response.completed', data: { response: completed(response, output, request) } });
}

function* itemFrames(part: Part, item: JsonObject): Iterable<Frame> {
  const item_id = item.id;
  yield { event: 'response.output_item.added', data: { item: emptied(item) } };
  if (part.kind === 'text') {
    const at = { item_id, content_index: 0 };
    const whole = asObject(asList(item.content)[0]);
    yield { event: 'response.content_part.added', data: { ...at, part: { ...whole, text: '' } } };
    for (const delta of inPieces(part.text))
      yield { event: 'response.output_text.delta', data: { ...at, delta }, slow: part.slow === true };
    yield { event: 'response.output_text.done', data: { ...at, text: part.text } };
    yield { event: 'response.content_part.done', data: { ...at, part: whole } };
  } else if (part.kind === 'thinking') {
    const at = { item_id, summary_index: 0 };
    const summary = { type: 'summary_text', text: '' };
    yield { event: 'response.reasoning_summary_part.added', data: { ...at, part: summary } };
    for (const delta of inPieces(part.text))
      yield { event: 'response.reasoning_summary_text.delta', data: { ...at, delta } };
    yield { event: 'response.reasoning_summary_text.done', data: { ...at, text: part.text } };
  } else if (item.type === 'function_call') {
    for (const delta of inPieces(asText(item.arguments)))
      yield { event: 'response.function_call_arguments.delta', data: { item_id, delta } };
    yield {
      event: 'response.function_call_arguments.done',
      data: { item_id, arguments: item.arguments },
    };
  }
  yield { event: 'response.output_item.done', data: { item } };
}

function emptied(item: JsonObject): JsonObject {
  if (item.type === 'message') return { ...item, status: 'in_progress', content: [] };
  if (item.type === 'reasoning') return { ...item, summary: [] };
  if (item.type === 'function_call') return { ...item, status: 'in_progress', arguments: '' };
  return { ...item, status: 'in_progress', input: '' };
}
