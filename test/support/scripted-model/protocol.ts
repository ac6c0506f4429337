/** What a protocol file owes the server, and what the rules see and say in the words of no protocol. */
import { randomUUID } from 'node:crypto';
import type { JsonObject } from './json.js';

export interface Image {
  mimeType: string;
  base64: string;
}

/** A step of the dialogue so far, in order. One message of a protocol may be several. */
export type Step =
  | { kind: 'user'; text: string; images: readonly Image[] }
  | { kind: 'assistant'; text: string }
  | { kind: 'call'; id: string; name: string; input: unknown }
  | { kind: 'result'; callId: string; text: string; isError: boolean };

export interface OfferedTool {
  name: string;
  /** Groups tools in the Responses protocol; a call has to repeat it. */
  namespace?: string;
  /** `custom` tools of the Responses protocol take text where a function takes JSON. */
  kind: 'function' | 'custom';
  /** JSON Schema of the input. */
  parameters: JsonObject;
}

export interface ModelRequest {
  model: string;
  streamed: boolean;
  /** The system prompt, as far as the protocol keeps it apart. */
  instructions: string;
  steps: readonly Step[];
  tools: readonly OfferedTool[];
}

export type Part =
  /** `slow`: its pieces keep the pace of the model, which a test can hold. */
  | { kind: 'text'; text: string; slow?: boolean }
  | { kind: 'thinking'; text: string }
  | { kind: 'call'; tool: OfferedTool; input: JsonObject };

export type Reply =
  | { kind: 'answer'; parts: readonly Part[] }
  /** An HTTP error of that status, with the headers and the body of a real provider. */
  | { kind: 'failure'; status: number }
  /** Nothing comes, for as long as the server and the client keep the connection. */
  | { kind: 'silence' };

/** One event of a streamed answer. */
export interface Frame {
  event?: string;
  data: JsonObject | string;
  slow?: boolean;
}

export interface Failure {
  headers: Readonly<Record<string, string>>;
  body: JsonObject;
}

export interface Protocol {
  name: 'messages' | 'responses' | 'chat';
  path: string;
  read(body: JsonObject): ModelRequest;
  /** The answer in one piece. */
  answer(parts: readonly Part[], request: ModelRequest): JsonObject;
  /** The same answer as a stream. */
  stream(parts: readonly Part[], request: ModelRequest): Iterable<Frame>;
  /** @param resetsInS When a limit is over, in seconds from now. */
  fail(status: number, resetsInS: number): Failure;
}

export function newId(prefix: string): string {
  return `${prefix}_${randomUUID().replaceAll('-', '')}`;
}

/** Words with the space behind them; an empty text is one empty piece. */
export function inPieces(text: string): string[] {
  return text.match(/\s*\S+\s?|\s+$/g) ?? [text];
}

/** About what a tokenizer would say; agents want to see a plausible number. */
export function countTokens(value: unknown): number {
  return Math.max(1, Math.ceil(JSON.stringify(value ?? '').length / 4));
}

/** `data:image/png;base64,…`, as both OpenAI protocols send images. */
export function readDataUrl(url: string): Image | undefined {
  const match = /^data:([^;,]+);base64,(.*)$/s.exec(url);
  return match === null ? undefined : { mimeType: match[1] ?? '', base64: match[2] ?? '' };
}
