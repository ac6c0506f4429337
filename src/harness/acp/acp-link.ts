/**
 * The adapter's end of one agent process: JSON-RPC 2.0, one message a line. Reads on only when what came before is
 * delivered, so that an agent that says much is held back, and notices the agent's death.
 *
 * A line that is not of the protocol makes everything after it doubtful, so the process is killed for it.
 * `ended` resolves only when neither the process nor anything that it started is left.
 */
import type { RunError } from '../../contract/index.js';
import type { Clock, Log } from '../../core/index.js';
import {
  type AgentProcess,
  describeExit,
  endProcesses,
  endsWithin,
  type ProcessExit,
  readLines,
} from '../process/index.js';
import { type Fields, fieldsOf, textOf } from './fields.js';

export interface LinkEnd {
  exitCode?: number;
  /** What a turn under way fails with. */
  error: RunError;
}

export interface LinkParts {
  clock: Clock;
  log: Pick<Log, 'warn'> | undefined;
  terminateGraceMs: number;
  killMs: number;
}

/** What the agent says and asks of itself. Nothing more is read while a promise of these is pending. */
export interface LinkListener {
  onUpdate(update: Fields): void | Promise<void>;
  onPermission(request: Fields, answer: (outcome: Fields) => void): void | Promise<void>;
}

export type Reply = { result: Fields } | { refusal: RpcRefusal } | { end: LinkEnd };

/** An error of JSON-RPC. */
export interface RpcRefusal {
  code: number;
  message: string;
}

/** For lines that a dead process had already written. */
const drainMs = 1000;
/** Of the agent's last words, and of its refusals, in an error. */
const wordsCharsMax = 300;
const methodNotFound = -32601;

export class AcpLink {
  readonly ended: Promise<LinkEnd>;
  /** Whom the agent talks to; before there is somebody, and while history is replayed, nobody. */
  listener: LinkListener | undefined;
  private readonly waiting = new Map<number, (reply: Reply) => void>();
  private lastId = 0;
  private failure: RunError | undefined;
  private ending: Promise<void> | undefined;
  private over: LinkEnd | undefined;

  constructor(
    readonly process: AgentProcess,
    private readonly parts: LinkParts,
  ) {
    this.ended = this.watch();
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

  /** By force. Resolves like `ended`; `error` is what its turn fails with. Rejects when something survives. */
  async kill(error: RunError): Promise<void> {
    this.failure ??= error;
    await this.process.end({ graceMs: 0, killMs: this.parts.killMs });
    await this.ended;
  }

  /** Politely: its input ends, then by signals. Never rejects. */
  end(): Promise<void> {
    this.ending ??= this.endPolitely();
    return this.ending;
  }

  private async endPolitely(): Promise<void> {
    this.failure ??= { code: 'agent_died', message: 'The agent was shut down.' };
    this.process.stdin.end();
    const { terminateGraceMs, killMs } = this.parts;
    if (!(await endsWithin(this.parts.clock, this.process.exited, terminateGraceMs))) {
      await this.process
        .end({ graceMs: terminateGraceMs, killMs })
        .catch((error: unknown) => this.reportLeft(error));
    }
    await endsWithin(this.parts.clock, this.ended, drainMs + terminateGraceMs + killMs);
  }

  private send(message: Fields): void {
    if (this.process.stdin.writable)
      this.process.stdin.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`);
  }

  private async watch(): Promise<LinkEnd> {
    const reading = readLines(this.process.stdout, (line) => this.receive(line)).catch((error: unknown) => {
      const words = error instanceof Error ? error.message : String(error);
      const message = `The agent broke its protocol, ACP, and was ended: ${words}.`;
      this.kill({ code: 'harness_failed', message }).catch((left: unknown) => this.reportLeft(left));
    });
    const exit = await this.process.exited;
    await endsWithin(this.parts.clock, reading, drainMs);
    const { terminateGraceMs, killMs } = this.parts;
    await endProcesses({ marks: [this.process.mark] }, { graceMs: terminateGraceMs, killMs }).catch(
      (error: unknown) => this.reportLeft(error),
    );
    return this.finish(exit);
  }

  private finish(exit: ProcessExit): LinkEnd {
    const error = this.failure ?? {
      code: 'agent_died',
      message: `The agent died (${describeExit(exit)}).${this.lastWords()}`,
    };
    const { exitCode } = exit;
    this.over = { error, ...(exitCode === undefined ? {} : { exitCode }) };
    for (const resolve of this.waiting.values()) resolve({ end: this.over });
    this.waiting.clear();
    return this.over;
  }

  private lastWords(): string {
    const words = this.process.stderrTail().slice(-wordsCharsMax);
    return words === '' ? '' : ` Its last words: ${words}`;
  }

  private receive(line: string): void | Promise<void> {
    const { id, method, params, result, error } = parseMessage(line);
    if (typeof method !== 'string') return this.resolveReply(id, result, error);
    if (method === 'session/update') return this.listener?.onUpdate(fieldsOf(fieldsOf(params).update));
    if (id === undefined) return;
    if (method === 'session/request_permission' && this.listener !== undefined)
      return this.listener.onPermission(fieldsOf(params), (outcome) => this.send({ id, result: outcome }));
    this.send({ id, error: { code: methodNotFound, message: `Quarterdeck has no "${method}".` } });
  }

  private resolveReply(id: unknown, result: unknown, error: unknown): void {
    if (typeof id !== 'number') return;
    const resolve = this.waiting.get(id);
    this.waiting.delete(id);
    if (error === undefined) resolve?.({ result: fieldsOf(result) });
    else resolve?.({ refusal: refusalOf(fieldsOf(error)) });
  }

  private reportLeft(error: unknown): void {
    this.parts.log?.warn('processes of an ACP agent are left', { error });
  }
}

function parseMessage(line: string): Fields {
  let message: unknown;
  try {
    message = JSON.parse(line);
  } catch {
    throw new Error('a line is not JSON');
  }
  const fields = fieldsOf(message);
  if (fields.method === undefined && fields.id === undefined)
    throw new Error('a line is not a message of JSON-RPC');
  return fields;
}

/** What is wrong is often said only in `data`. */
function refusalOf({ code, message, data }: Fields): RpcRefusal {
  const details = textOf(data) ?? textOf(fieldsOf(data).details) ?? JSON.stringify(data);
  const words = `${String(message)}${details === undefined ? '' : ` ${details}`}`;
  return { code: typeof code === 'number' ? code : 0, message: words.slice(0, wordsCharsMax) };
}
