/** The world outside of a turn, as a test sees it: what was emitted, who was asked, and the interrupt. */
import type { AgentEvent } from '../../../src/contract/index.js';
import type { PermissionAnswer, PermissionAsk, TurnHost } from '../../../src/core/index.js';

export type EventOfType<T extends AgentEvent['type']> = Extract<AgentEvent, { type: T }>;

export class RecordingHost implements TurnHost {
  readonly events: AgentEvent[] = [];
  readonly asked: PermissionAsk[] = [];
  /** The latest. */
  continuation: string | undefined;
  private readonly interrupting = new AbortController();
  private watchers: (() => void)[] = [];

  constructor(
    private readonly options: {
      /** Answers every question; without it none is answered. */
      answer?: (ask: PermissionAsk) => PermissionAnswer;
      /** Holds the harness back: awaited in every `emit`. */
      room?: () => Promise<void>;
      /** Keeps nothing, for floods. */
      onEvents?: (events: readonly AgentEvent[]) => void;
    } = {},
  ) {}

  get signal(): AbortSignal {
    return this.interrupting.signal;
  }

  interrupt(): void {
    this.interrupting.abort();
  }

  async emit(events: readonly AgentEvent[]): Promise<void> {
    if (this.options.onEvents === undefined) this.events.push(...events);
    else this.options.onEvents(events);
    for (const watcher of this.watchers) watcher();
    await this.options.room?.();
  }

  acknowledge(continuation: string): void {
    this.continuation = continuation;
  }

  permit(ask: PermissionAsk): Promise<PermissionAnswer> {
    this.asked.push(ask);
    for (const watcher of this.watchers) watcher();
    const { answer } = this.options;
    return answer === undefined ? new Promise(() => undefined) : Promise.resolve(answer(ask));
  }

  all<T extends AgentEvent['type']>(type: T): EventOfType<T>[] {
    return this.events.filter((event): event is EventOfType<T> => event.type === type);
  }

  /** Resolves when `look` finds something, now or after a later event or question. */
  until<T>(look: (host: this) => T | undefined): Promise<T> {
    return new Promise((resolve) => {
      const watcher = () => {
        const found = look(this);
        if (found === undefined) return;
        this.watchers = this.watchers.filter((other) => other !== watcher);
        resolve(found);
      };
      this.watchers.push(watcher);
      watcher();
    });
  }

  /** Resolves with the first event of this type. */
  first<T extends AgentEvent['type']>(type: T): Promise<EventOfType<T>> {
    return this.until((host) => host.all(type)[0]);
  }

  /** What the assistant said, put together from the deltas of each message, and the messages as they ended. */
  said(): { fromDeltas: string[]; ended: string[] } {
    const deltas = new Map<string, string>();
    for (const { messageId, textDelta = '' } of this.all('message_update')) {
      deltas.set(messageId, (deltas.get(messageId) ?? '') + textDelta);
    }
    const ended = this.all('message_end').filter(({ message }) => message.role === 'assistant');
    return { fromDeltas: [...deltas.values()], ended: ended.map(({ message }) => String(message.content)) };
  }
}
