/**
 * The line to one program of Claude Code. What it says is read here and passed on to the SDK, which answers for the
 * control protocol. Messages are not taken from the SDK, because its queue has no bound: it reads on whatever its
 * reader does, and tells permission requests apart from the messages before them.
 */
import type { RunError } from '../../contract/index.js';
import {
  type AgentHandle,
  type AgentProcess,
  type Fields,
  fieldsOf,
  LineLink,
  type LinkEnd,
  type LinkParts,
  listOf,
} from '../process/index.js';
import type { ProgramSeat } from './program-seat.js';

export type FrameListener = (frame: Fields) => void | Promise<void>;

export class ClaudeLink implements AgentHandle {
  /** Gets each message; nothing more is read while its promise is pending. */
  listener: FrameListener | undefined;
  /** What the program said was wrong before anybody listened. */
  complaint = '';
  private readonly lines: LineLink;

  constructor(
    readonly process: AgentProcess,
    parts: LinkParts,
    private readonly seat: ProgramSeat,
  ) {
    this.lines = new LineLink(process, parts, {
      agentName: 'Claude Code',
      onMessage: (message) => this.receive(message),
      onEnd: (end) => seat.exit(end),
    });
    seat.stdin.pipe(process.stdin);
    seat.onKill = () => {
      this.kill({ code: 'harness_failed', message: 'The Agent SDK gave Claude Code up.' }).catch(
        (error: unknown) => parts.log?.warn('processes of an agent are left', { agent: 'claude', error }),
      );
    };
  }

  get ended(): Promise<LinkEnd> {
    return this.lines.ended;
  }

  kill(error: RunError): Promise<void> {
    return this.lines.kill(error);
  }

  end(): Promise<void> {
    return this.lines.end();
  }

  private receive(message: unknown): void | Promise<void> {
    const frame = fieldsOf(message);
    if (typeof frame.type !== 'string') throw new Error('a line is not a message of Claude Code');
    if (frame.type === 'result' && this.listener === undefined)
      this.complaint = listOf(frame.errors).map(String).join(' ');
    const told = isControl(frame.type) ? undefined : this.listener?.(frame);
    this.seat.forward(message);
    return told;
  }
}

function isControl(type: string): boolean {
  return type.startsWith('control_') || type === 'keep_alive';
}
