/**
 * JSON-RPC 2.0 with an agent over its standard input and output: requests in both directions, and notifications. Some
 * agents leave the field `jsonrpc` out and expect it left out.
 */
import { countOf, type Fields, fieldsOf, textOf } from './fields.js';
import { LineLink, type LinkEnd, type LinkParts } from './line-link.js';
import type { AgentProcess } from './spawn.js';

/** What the agent says and asks of itself. Nothing more is read while a promise of these is pending. */
export interface RpcListener {
  onNotification(method: string, params: Fields): void | Promise<void>;
  onRequest(request: RpcRequest): void | Promise<void>;
}

/** A question of the agent; exactly one of the two is called, now or later. */
export interface RpcRequest {
  method: string;
  params: Fields;
  answer(result: Fields): void;
  /** We have no such method. */
  refuse(): void;
}

export type Reply = { result: Fields } | { refusal: RpcRefusal } | { end: LinkEnd };

/** An error of JSON-RPC, with words that may be shown. */
export interface RpcRefusal {
  code: number;
  message: string;
  data: unknown;
}

export interface RpcDialect {
  agentName: string;
  /** `2.0`, or absent for agents that leave the field out. */
  jsonrpc?: string;
}

/** Of the agent's refusals, in an error. */
const wordsCharsMax = 300;
const methodNotFound = -32601;

export class RpcLink {
  /** Whom the agent talks to; before there is somebody, and while history is replayed, nobody. */
  listener: RpcListener | undefined;
  private readonly lines: LineLink;
  private readonly waiting = new Map<number, (reply: Reply) => void>();
  private lastId = 0;
  private over: LinkEnd | undefined;

  constructor(
    readonly process: AgentProcess,
    parts: LinkParts,
    private readonly dialect: RpcDialect,
  ) {
    this.lines = new LineLink(process, parts, {
      agentName: dialect.agentName,
      onMessage: (message) => this.receive(message),
      onEnd: (end) => this.finish(end),
    });
  }

  get ended(): Promise<LinkEnd> {
    return this.lines.ended;
  }

  /** Never rejects; waits as long as the agent lives. */
  request(method: string, params: Fields): Promise<Reply> {
    if (this.over !== undefined) return Promise.resolve({ end: this.over });
    this.lastId += 1;
    const id = this.lastId;
    return new Promise((resolve) => {
      this.waiting.set(id, resolve);
      this.send({ id, method, params });
    });
  }

  notify(method: string, params: Fields): void {
    this.send({ method, params });
  }

  /** By force, as `LineLink.kill`. */
  kill(error: LinkEnd['error']): Promise<void> {
    return this.lines.kill(error);
  }

  /** Politely, as `LineLink.end`. */
  end(): Promise<void> {
    return this.lines.end();
  }

  private send(message: Fields): void {
    const { jsonrpc } = this.dialect;
    this.lines.send(jsonrpc === undefined ? message : { jsonrpc, ...message });
  }

  private finish(end: LinkEnd): void {
    this.over = end;
    for (const resolve of this.waiting.values()) resolve({ end });
    this.waiting.clear();
  }

  private receive(message: unknown): void | Promise<void> {
    const { id, method, params, result, error } = fieldsOf(message);
    if (typeof method !== 'string') return this.resolveReply(id, result, error);
    if (id === undefined) return this.listener?.onNotification(method, fieldsOf(params));
    const request: RpcRequest = {
      method,
      params: fieldsOf(params),
      answer: (answer) => this.send({ id, result: answer }),
      refuse: () =>
        this.send({ id, error: { code: methodNotFound, message: `Quarterdeck has no "${method}".` } }),
    };
    if (this.listener === undefined) return request.refuse();
    return this.listener.onRequest(request);
  }

  private resolveReply(id: unknown, result: unknown, error: unknown): void {
    if (id === undefined) throw new Error('a line is not a message of JSON-RPC');
    const number = countOf(id) ?? 0;
    const resolve = this.waiting.get(number);
    this.waiting.delete(number);
    if (error === undefined) resolve?.({ result: fieldsOf(result) });
    else resolve?.({ refusal: refusalOf(fieldsOf(error)) });
  }
}

/** What is wrong is often said only in `data`. */
function refusalOf({ code, message, data }: Fields): RpcRefusal {
  const details = textOf(data) ?? textOf(fieldsOf(data).details) ?? JSON.stringify(data);
  const words = `${String(message)}${details === undefined ? '' : ` ${details}`}`;
  return { code: typeof code === 'number' ? code : 0, message: words.slice(0, wordsCharsMax), data };
}
