/**
 * What a skill or a script may do during a turn: say, think, use a tool, ask, wait. Each of these obeys an interrupt
 * by throwing Interrupted, after it has ended what it had begun.
 */
import type { AgentEvent, PermissionDecisionKind } from '../../../contract/index.js';
import type { History } from './history.js';
import { MessageStream } from './message-stream.js';
import type { Given, OpenMessage, TurnMessage } from './protocol.js';
import { ToolUpdates } from './tool-updates.js';
import { findTool, type ToolContext, type ToolResult, toolError } from './tools/index.js';
import type { TurnStream } from './turn-stream.js';

/** Told to stop; not a failure. */
export class Interrupted extends Error {
  override readonly name = 'Interrupted';
}

/** Ends the turn as failed; the message is for people. */
export class TurnFailed extends Error {
  override readonly name = 'TurnFailed';
  constructor(
    readonly code: 'agent_failed' | 'max_turns_reached' | 'usage_limit_reached',
    message: string,
    /** When the usage limit ends, in milliseconds since 1970. */
    readonly resumesAt?: number,
  ) {
    super(message);
  }
}

export interface Answer {
  decision: PermissionDecisionKind;
  message?: string;
}

/** For a tool that was told to stop, before it is killed. */
const stopGraceMs = 300;
/** Deltas of one message that is said at once: long texts are cut into larger pieces, not more. */
const deltasMax = 100;

export class Turn {
  toolCalls = 0;
  /** The text of the last message that said something. */
  finalText = '';
  private readonly stopping = new AbortController();
  private readonly questions = new Map<string, (answer: Answer) => void>();
  private openMessage: MessageStream | undefined;
  private signalsIgnored = false;
  private forced = false;
  private lastId = 0;

  constructor(
    readonly request: TurnMessage,
    readonly history: History,
    readonly stream: TurnStream,
    private readonly launch: Pick<OpenMessage, 'conversationId' | 'cwd' | 'toolEnv' | 'askBefore' | 'given'>,
  ) {}

  get prompt(): string {
    return this.request.prompt;
  }

  get cwd(): string {
    return this.launch.cwd;
  }

  get given(): Given {
    return this.launch.given;
  }

  /** Aborted by an interrupt that is obeyed. */
  get stop(): AbortSignal {
    return this.stopping.signal;
  }

  interrupt(): void {
    if (!this.signalsIgnored) this.stopping.abort();
  }

  /** The conversation ends: nothing is ignored any more, and tools are killed. */
  force(): void {
    this.forced = true;
    this.stopping.abort();
  }

  ignoreSignals(): void {
    this.signalsIgnored = true;
  }

  answer(toolUseId: string, answer: Answer): void {
    this.questions.get(toolUseId)?.(answer);
  }

  newId(kind: 'turn' | 'msg' | 'tool'): string {
    this.lastId += 1;
    return `${kind}_${this.launch.conversationId.slice(4, 12)}_${this.history.count}_${this.lastId}`;
  }

  emit(event: AgentEvent): void {
    this.stream.emit(event);
  }

  /** Waits until the log has caught up. */
  async room(): Promise<void> {
    while (this.stream.isFull) await this.unlessStopped(this.stream.room());
    this.throwIfStopped();
  }

  throwIfStopped(): void {
    if (this.stop.aborted) throw new Interrupted();
  }

  /** Settles like `work`, or throws Interrupted as soon as the turn is told to stop. */
  unlessStopped<T>(work: Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      const onStop = () => reject(new Interrupted());
      if (this.stop.aborted) return onStop();
      this.stop.addEventListener('abort', onStop, { once: true });
      work.then(resolve, reject).finally(() => this.stop.removeEventListener('abort', onStop));
    });
  }

  async pause(ms: number): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const passed = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, ms);
    });
    await this.unlessStopped(passed).finally(() => clearTimeout(timer));
  }

  /** A message that is said bit by bit. An interrupt ends it with what was said. */
  startMessage(): MessageStream {
    const message = new MessageStream(this.stream, this.newId('msg'));
    this.openMessage = message;
    return message;
  }

  endMessage(): void {
    const message = this.openMessage;
    if (message === undefined) return;
    this.openMessage = undefined;
    if (message.text !== '') this.finalText = message.text;
    message.end();
  }

  /** Says a whole text, word by word. */
  async say(text: string): Promise<void> {
    const words = text === '' ? [] : text.split(/(?<=\s)(?=\S)/);
    const wordsPerDelta = Math.ceil(words.length / deltasMax);
    const message = this.startMessage();
    for (let at = 0; at < words.length; at += wordsPerDelta) {
      message.delta(words.slice(at, at + wordsPerDelta).join(''));
      if (this.stream.isFull) await this.room();
    }
    this.endMessage();
  }

  /** Never throws for what goes wrong in the tool: that is the result. `ask`: a person or a rule decides first. */
  async useTool(
    toolName: string,
    input: unknown,
    ask = this.launch.askBefore.includes(toolName),
  ): Promise<ToolResult> {
    return this.reportTool(toolName, input, async (toolUseId) => {
      if (ask) {
        const { decision, message } = await this.question(toolUseId, toolName, input);
        if (decision === 'deny') return toolError(message ?? 'The use of this tool was denied.');
      }
      const tool = findTool(toolName);
      if (tool === undefined) return toolError(`There is no tool "${toolName}".`);
      const updates = new ToolUpdates(this.stream, toolUseId);
      try {
        return await tool.run(input, this.toolContext(updates));
      } finally {
        updates.end();
      }
    });
  }

  /** Asks whether a tool may be used, and uses none. */
  async ask(toolName: string, toolInput: unknown): Promise<Answer> {
    let answer: Answer = { decision: 'deny' };
    await this.reportTool(toolName, toolInput, async (toolUseId) => {
      answer = await this.question(toolUseId, toolName, toolInput);
      const text = `${answer.decision}${answer.message === undefined ? '' : `: ${answer.message}`}`;
      return { text, isError: answer.decision === 'deny' };
    });
    return answer;
  }

  private async reportTool(
    toolName: string,
    input: unknown,
    use: (toolUseId: string) => Promise<ToolResult>,
  ): Promise<ToolResult> {
    this.countModelTurn();
    await this.room();
    const toolUseId = this.newId('tool');
    this.emit({ type: 'tool_execution_start', toolUseId, toolName, input });
    const startedMs = performance.now();
    const used = await use(toolUseId).catch((error: unknown) => {
      if (error instanceof Interrupted) return toolError('');
      throw error;
    });
    const result = this.stop.aborted ? interruptedResult(used) : used;
    const { text, isError, details } = result;
    this.emit({
      type: 'tool_execution_end',
      toolUseId,
      toolName,
      result: { content: [{ type: 'text', text }], ...(details === undefined ? {} : { details }) },
      isError,
      durationMs: Math.round(performance.now() - startedMs),
    });
    this.throwIfStopped();
    return result;
  }

  private countModelTurn(): void {
    const { maxTurns } = this.request;
    if (maxTurns !== undefined && this.toolCalls >= maxTurns) {
      throw new TurnFailed('max_turns_reached', `The agent stopped after ${maxTurns} turns, as it was told.`);
    }
    this.toolCalls += 1;
  }

  private async question(toolUseId: string, toolName: string, toolInput: unknown): Promise<Answer> {
    const answered = new Promise<Answer>((resolve) => {
      this.questions.set(toolUseId, resolve);
    });
    this.stream.sendQuestion({ toolUseId, toolName, toolInput });
    return this.unlessStopped(answered).finally(() => this.questions.delete(toolUseId));
  }

  private toolContext(updates: ToolUpdates): ToolContext {
    return {
      cwd: this.launch.cwd,
      env: this.launch.toolEnv,
      stop: this.stop,
      stopGraceMs: () => (this.forced ? 0 : stopGraceMs),
      signalsIgnored: this.signalsIgnored,
      onOutput: updates.onOutput,
    };
  }
}

function interruptedResult({ text, details }: ToolResult): ToolResult {
  const separator = text === '' || text.endsWith('\n') ? '' : '\n';
  return {
    text: `${text}${separator}interrupted`,
    isError: true,
    details: { ...details, interrupted: true },
  };
}
