/**
 * What was put into the agent's input during a turn, and what became of each piece: Claude Code tells by
 * `command_lifecycle` when it queues a message, takes it up, and is done with it. A message that comes while a turn runs
 * is taken up between two model requests, or, behind the last one, in a turn of its own that follows at once.
 */
import { randomUUID } from 'node:crypto';
import type { SteerOutcome } from '../../core/index.js';
import { type Fields, listOf } from '../process/index.js';
import type { PromptInput } from './prompt-input.js';
import type { Query } from './sdk.js';

interface Delivery {
  started: boolean;
  written: Promise<void>;
  onStart: () => void;
  onSettled: () => void;
}

export class Deliveries {
  private readonly open = new Map<string, Delivery>();

  constructor(
    private readonly input: PromptInput,
    private readonly query: Query,
  ) {}

  /** Nothing that was sent waits or is worked on. */
  get areSettled(): boolean {
    return this.open.size === 0;
  }

  /** `onStart` when the agent takes it up. */
  sendPrompt(content: string | readonly Fields[], onStart: () => void): void {
    this.send(content, { onStart, onSettled: () => undefined });
  }

  /** `onStart` comes before `injected`. */
  steer(text: string, onStart: () => void): Promise<SteerOutcome> {
    return new Promise((resolve) => {
      const taken = () => {
        onStart();
        resolve('injected');
      };
      this.send(text, { onStart: taken, onSettled: () => resolve('missed') }, 'next');
    });
  }

  /** Of a `command_lifecycle`. */
  note({ command_uuid, state }: Fields): void {
    const uuid = String(command_uuid);
    if (state === 'started') this.markStarted(uuid);
    else if (state === 'completed' || state === 'cancelled') this.settle(uuid);
  }

  /** The `result` of a turn names what it has answered; one that names nothing answers everything. */
  noteResult({ user_message_uuids }: Fields): void {
    if (user_message_uuids === undefined) this.settleAll();
    for (const uuid of listOf(user_message_uuids).map(String)) {
      this.markStarted(uuid);
      this.settle(uuid);
    }
  }

  /** Takes back what no turn has taken up yet. Resolves when the agent has been told; never rejects. */
  async withdraw(): Promise<void> {
    const waiting = [...this.open].filter(([, { started }]) => !started);
    await Promise.all(waiting.map(([, { written }]) => written));
    for (const [uuid] of waiting) this.query.cancelAsyncMessage(uuid).catch(() => undefined);
  }

  /** Nothing more is to be expected of the agent. */
  settleAll(): void {
    for (const uuid of [...this.open.keys()]) this.settle(uuid);
  }

  private send(
    content: string | readonly Fields[],
    told: Pick<Delivery, 'onStart' | 'onSettled'>,
    priority?: 'next',
  ): void {
    const uuid = randomUUID();
    const written = this.input.send({
      type: 'user',
      uuid,
      message: { role: 'user', content },
      parent_tool_use_id: null,
      ...(priority === undefined ? {} : { priority }),
    });
    this.open.set(uuid, { ...told, started: false, written });
  }

  private markStarted(uuid: string): void {
    const delivery = this.open.get(uuid);
    if (delivery === undefined || delivery.started) return;
    delivery.started = true;
    delivery.onStart();
  }

  private settle(uuid: string): void {
    const delivery = this.open.get(uuid);
    this.open.delete(uuid);
    delivery?.onSettled();
  }
}
