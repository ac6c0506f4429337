/**
 * What a skill or a script may do during a turn: say, think, use a tool, ask, wait. Each of these obeys an interrupt
 * by throwing Interrupted, after it has ended what it had begun.
 */
import type { AgentEvent, PermissionDecisionKind } from '../../../contract/index.js';
import type { History } from './history.js';
import { MessageStream } from './message-stream.js';
import type { Given, OpenMessage, ShownImage, TurnMessage } from './protocol.js';
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

interface Steering {
  number: number;
  prompt: string;
}

export class Turn {
  /** What is being answered. */
  prompt: string;
  toolCalls = 0;
  /** The text of the last message that said something. */
  finalText = '';
  private readonly stopping = new AbortController();
  private readonly questions = new Map<string, (answer: Answer) => void>();
  private openMessage: MessageStream | undefined;
  private signalsIgnored = false;
  private forced = false;
  private lastId = 0;
  private toolsUnderWay = 0;
  private over = false;
  /** Texts that came while a tool ran. */
  private readonly waiting: Steering[] = [];
  /** Texts that were taken and are to be answered. */
  private readonly taken: string[] = [];

  constructor(
    readonly request: TurnMessage,
    readonly history: History,
    readonly stream: TurnStream,
    private readonly launch: Pick<OpenMessage, 'conversationId' | 'cwd' | 'toolEnv' | 'askBefore' | 'given'>,
  ) {
    this.prompt = request.prompt;
  }

  get images(): readonly ShownImage[] {
    return this.request.images ?? [];
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

  /** Taken at once, unless a tool runs: then after it. It is answered when what the turn is at is done. */
  steer(steering: Steering): void {
    if (this.over || this.stop.aborted) this.stream.sendSteered(steering.number, false);
    else if (this.toolsUnderWay > 0) this.waiting.push(steering);
    else this.take(steering);
  }

  /** The next text that was put into the turn and is not answered yet; when there is none, the turn is over. */
  nextSteered(): string | undefined {
    const next = this.taken.shift();
    if (next === undefined) this.endSteering();
    else this.prompt = next;
    return next;
  }

  /** What came too late was never seen. */
  endSteering(): void {
    this.over = true;
    for (const { number } of this.waiting.splice(0)) this.stream.sendSteered(number, false);
  }

  /** The user's message, in the log. */
  reportPrompt(prompt: string, images: readonly ShownImage[] = []): void {
    const messageId = this.newId('msg');
    const shown = images.map(({ url, mimeType }) => ({ type: 'media_ref' as const, url, mimeType }));
    const content = shown.length === 0 ? prompt : [{ type: 'text' as const, text: prompt }, ...shown];
    const message = { role: 'user' as const, content };
    this.emit({ type: 'message_start', messageId, message });
    this.emit({ type: 'message_end', messageId, message });
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
    const message = new MessageStream(this.stream, () => this.newId('msg'));
    this.openMessage = message;
    return message;
  }

  endMessage(): void {
    this.cutMessage();
    this.openMessage = undefined;
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

  private take({ number, prompt }: Steering): void {
    this.cutMessage();
    try {
      this.history.steer(prompt, this.finalText);
    } catch {
      // Without the disk it is not part of the conversation.
      this.stream.sendSteered(number, false);
      return;
    }
    this.reportPrompt(prompt);
    this.taken.push(prompt);
    this.stream.sendSteered(number, true);
  }

  /** Ends the message that is being said, of which more may follow. */
  private cutMessage(): void {
    const { openMessage } = this;
    if (openMessage === undefined) return;
    if (openMessage.text !== '') this.finalText = openMessage.text;
    openMessage.end();
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
    this.toolsUnderWay += 1;
    const used = await use(toolUseId)
      .catch((error: unknown) => {
        if (error instanceof Interrupted) return toolError('');
        throw error;
      })
      .finally(() => {
        this.toolsUnderWay -= 1;
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
    for (const steering of this.waiting.splice(0)) this.take(steering);
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
