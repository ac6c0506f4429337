/**
 * Pi's RPC mode (`docs/rpc.md` of its package): commands with an id and their responses, events, and what extensions
 * ask of a person, one JSON value a line.
 */

import type { AgentProcess } from '../process/index.js';
import { type Fields, fieldsOf, LineLink, type LinkEnd, type LinkParts, textOf } from '../process/index.js';

export interface PiListener {
  /** Nothing more is read while its promise is pending. */
  onEvent(event: Fields): void | Promise<void>;
}

export type PiReply = { data: Fields } | { refusal: string } | { end: LinkEnd };

/** Of Pi's refusals, in an error. */
const wordsCharsMax = 500;

export class PiLink {
  /** Whom Pi's events go to. */
  listener: PiListener | undefined;
  private readonly lines: LineLink;
  private readonly waiting = new Map<string, (reply: PiReply) => void>();
  private lastId = 0;
  private over: LinkEnd | undefined;

  constructor(
    readonly process: AgentProcess,
    parts: LinkParts,
  ) {
    this.lines = new LineLink(process, parts, {
      agentName: 'Pi',
      onMessage: (message) => this.receive(fieldsOf(message)),
      onEnd: (end) => this.finish(end),
    });
  }

  get ended(): Promise<LinkEnd> {
    return this.lines.ended;
  }

  /** Never rejects; waits as long as Pi lives. */
  request(type: string, fields: Fields = {}): Promise<PiReply> {
    if (this.over !== undefined) return Promise.resolve({ end: this.over });
    this.lastId += 1;
    const id = `q${this.lastId}`;
    return new Promise((resolve) => {
      this.waiting.set(id, resolve);
      this.lines.send({ id, type, ...fields });
    });
  }

  /** To a question of an extension. */
  answer(id: unknown, fields: Fields): void {
    this.lines.send({ type: 'extension_ui_response', id, ...fields });
  }

  /** By force, as `LineLink.kill`. */
  kill(error: LinkEnd['error']): Promise<void> {
    return this.lines.kill(error);
  }

  /** Politely, as `LineLink.end`. */
  end(): Promise<void> {
    return this.lines.end();
  }

  private finish(end: LinkEnd): void {
    this.over = end;
    for (const resolve of this.waiting.values()) resolve({ end });
    this.waiting.clear();
  }

  private receive(message: Fields): void | Promise<void> {
    const { type, id, success, data, error } = message;
    if (typeof type !== 'string') throw new Error('a line is not a message of its RPC mode');
    if (type !== 'response') return this.listener?.onEvent(message);
    const resolve = this.waiting.get(String(id));
    this.waiting.delete(String(id));
    if (success === true) resolve?.({ data: fieldsOf(data) });
    else resolve?.({ refusal: (textOf(error) ?? 'it did not say why').slice(0, wordsCharsMax) });
  }
}
