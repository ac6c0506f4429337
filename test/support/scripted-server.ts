/** A server that answers each request with the next step of a script, for what a real one does only in trouble. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface SeenRequest {
  method: string;
  path: string;
  headers: IncomingMessage['headers'];
  body: string;
}

/** Answers one request; what it leaves open stays open. */
export type Step = (response: ServerResponse, request: SeenRequest) => void | Promise<void>;

export class ScriptedServer {
  readonly requests: SeenRequest[] = [];
  private readonly server = createServer((request, response) => void this.answer(request, response));

  private constructor(private readonly steps: readonly Step[]) {}

  /** Requests beyond the last step are answered as the last. */
  static async start(...steps: readonly Step[]): Promise<ScriptedServer> {
    const scripted = new ScriptedServer(steps);
    await new Promise<void>((done) => scripted.server.listen(0, '127.0.0.1', done));
    return scripted;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  close(): Promise<void> {
    this.server.closeAllConnections();
    return new Promise((done) => this.server.close(() => done()));
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let body = '';
    for await (const chunk of request.setEncoding('utf8')) body += chunk;
    const seen = { method: request.method ?? '', path: request.url ?? '', headers: request.headers, body };
    const step = this.steps[Math.min(this.requests.length, this.steps.length - 1)];
    this.requests.push(seen);
    await step?.(response, seen);
  }
}

export function json(status: number, body: unknown, headers: Record<string, string> = {}): Step {
  return (response) => {
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
  };
}

export function refusal(status: number, code: string, headers: Record<string, string> = {}): Step {
  return json(status, { error: `refused: ${code}` }, { 'x-error-code': code, ...headers });
}

/** Takes the request and breaks the connection. */
export const cut: Step = (response) => {
  response.destroy();
};

/** Takes the request and never answers. */
export const hang: Step = () => undefined;

/** An event stream of these pieces, left open unless told otherwise. */
export function stream(pieces: readonly (string | Buffer)[], { end = false } = {}): Step {
  return (response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8' });
    for (const piece of pieces) response.write(piece);
    if (end) response.end();
  };
}
