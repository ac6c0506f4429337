/**
 * A log, or a piece of it, as a person reads it: items in their order, and what is known of each run. It is built event
 * by event, with work that does not depend on what came before, and pieces can be joined: reading a log at once or in
 * any pieces gives the same.
 */
import type { EventEnvelope } from 'quarterdeck/client';
import { takeEvent } from './events';
import { goesOn, type Item, type RunFacts } from './items';
import { askedMsOf, joinItems, joinRuns } from './join';

/** The place of an item. */
export interface Slot {
  item: Item;
  /** Where it stands among its siblings. */
  index: number;
}

export class Transcript {
  tops: Slot[] = [];
  readonly runs = new Map<string, RunFacts>();
  /** Questions without an answer: the keys of their tool calls, by request. */
  readonly pending = new Map<string, string>();
  firstSeq = 0;
  lastSeq = 0;
  /** The run that was taken out of the queue last. */
  claimedRunId: string | undefined;
  /** The first of `tops` at which something appeared, vanished or moved since `settle`. */
  changedFrom = 0;
  private readonly slots = new Map<string, Slot>();
  private readonly children = new Map<string, Slot[]>();

  append(envelopes: readonly EventEnvelope[]): void {
    for (const envelope of envelopes) {
      if (this.firstSeq === 0) this.firstSeq = envelope.seq;
      this.lastSeq = envelope.seq;
      takeEvent(this, envelope);
    }
  }

  /** What came right before all that is here. */
  prepend(envelopes: readonly EventEnvelope[]): void {
    const older = new Transcript();
    older.append(envelopes);
    this.joinBehind(older);
  }

  /** Events behind the last one are gone. */
  gap(): void {
    const seq = this.lastSeq;
    const key = `gap:${seq}`;
    this.put({ kind: 'gap', key, seq, lastSeq: seq });
  }

  /** The run that goes on, as far as is known. */
  get openRun(): RunFacts | undefined {
    const run = this.runs.get(this.claimedRunId ?? '');
    return run !== undefined && goesOn(run) ? run : undefined;
  }

  find(key: string): Item | undefined {
    return this.slots.get(key)?.item;
  }

  childrenOf(key: string): readonly Slot[] {
    return this.children.get(key) ?? [];
  }

  /** A new item, or another state of one that is here. */
  put(item: Item): void {
    const slot = this.slots.get(item.key);
    if (slot === undefined) this.place({ item, index: 0 });
    else if (slot.item.parentToolUseId === item.parentToolUseId) {
      const before = slot.item;
      slot.item = item;
      this.addAskedMs(item, askedMsOf(item) - askedMsOf(before));
      if (isEmpty(before) !== isEmpty(item) || hasEnded(before) !== hasEnded(item)) this.changeAt(slot);
    } else {
      this.remove(slot);
      this.place({ item, index: 0 });
    }
  }

  setRun(facts: Partial<RunFacts> & { runId: string }): void {
    const known = this.runs.get(facts.runId);
    this.runs.set(facts.runId, known === undefined ? facts : { ...known, ...facts });
  }

  settle(): void {
    this.changedFrom = Number.POSITIVE_INFINITY;
  }

  private place(slot: Slot): void {
    const { item } = slot;
    const parentKey = parentKeyOf(item);
    // A subagent may speak in a piece that does not have its call.
    if (parentKey !== undefined && !this.slots.has(parentKey)) this.put(callOf(item, parentKey));
    const siblings = this.siblingsOf(item);
    slot.index = siblings.length;
    siblings.push(slot);
    this.slots.set(item.key, slot);
    this.changeAt(slot);
  }

  private remove(slot: Slot): void {
    const siblings = this.siblingsOf(slot.item);
    this.changeAt(slot);
    siblings.splice(slot.index, 1);
    renumber(siblings, slot.index);
    this.slots.delete(slot.item.key);
  }

  private siblingsOf(item: Item): Slot[] {
    const parentKey = parentKeyOf(item);
    if (parentKey === undefined) return this.tops;
    const known = this.children.get(parentKey);
    if (known !== undefined) return known;
    const siblings: Slot[] = [];
    this.children.set(parentKey, siblings);
    return siblings;
  }

  private changeAt(slot: Slot): void {
    let top = slot;
    for (let key = parentKeyOf(top.item); key !== undefined; key = parentKeyOf(top.item)) {
      const parent = this.slots.get(key);
      if (parent === undefined) break;
      top = parent;
    }
    this.changedFrom = Math.min(this.changedFrom, top.index);
  }

  private addAskedMs(item: Item, ms: number): void {
    const { runId } = item;
    if (ms === 0 || runId === undefined) return;
    this.setRun({ runId, askedMs: (this.runs.get(runId)?.askedMs ?? 0) + ms });
  }

  /** Costs what the older piece has, and one step over the places of what is here. */
  private joinBehind(older: Transcript): void {
    for (const [runId, facts] of older.runs) {
      const newer = this.runs.get(runId);
      this.runs.set(runId, newer === undefined ? facts : joinRuns(facts, newer));
    }
    const gone = new Set<Slot>();
    for (const [key, slot] of older.slots) {
      const newer = this.slots.get(key);
      if (newer === undefined) this.slots.set(key, slot);
      else gone.add(this.joinSlots(slot, newer));
    }
    this.tops = sequence(older.tops, this.tops, gone);
    for (const key of new Set([...older.children.keys(), ...this.children.keys()]))
      this.children.set(key, sequence(older.childrenOf(key), this.childrenOf(key), gone));
    for (const [requestId, key] of older.pending)
      if (isOpen(this.find(key), requestId)) this.pending.set(requestId, key);
    if (older.firstSeq !== 0) this.firstSeq = older.firstSeq;
    if (this.lastSeq === 0) this.lastSeq = older.lastSeq;
    this.claimedRunId ??= older.claimedRunId;
    this.changedFrom = 0;
  }

  /** Two states of one item become one, in the older place unless the newer one knows whose it is. Returns the other. */
  private joinSlots(older: Slot, newer: Slot): Slot {
    const item = joinItems(older.item, newer.item);
    const moved = item.parentToolUseId !== older.item.parentToolUseId;
    const [kept, gone] = moved ? [newer, older] : [older, newer];
    this.addAskedMs(item, askedMsOf(item) - askedMsOf(older.item) - askedMsOf(newer.item));
    kept.item = item;
    this.slots.set(item.key, kept);
    return gone;
  }
}

function sequence(older: readonly Slot[], newer: readonly Slot[], gone: ReadonlySet<Slot>): Slot[] {
  const slots = [...older, ...newer].filter((slot) => !gone.has(slot));
  renumber(slots, 0);
  return slots;
}

/** There is nothing of it to be seen. */
export function isEmpty(item: Item): boolean {
  return (
    item.kind === 'message' &&
    item.whole &&
    item.text.trim() === '' &&
    item.thinking.trim() === '' &&
    item.blocks.length === 0
  );
}

/** Where it was opened only because it runs, it closes. */
function hasEnded(item: Item): boolean {
  return item.kind === 'tool' && item.end !== undefined;
}

export function toolKey(runId: string | undefined, toolUseId: string): string {
  return `tool:${runId}:${toolUseId}`;
}

function parentKeyOf({ runId, parentToolUseId }: Item): string | undefined {
  return parentToolUseId === undefined ? undefined : toolKey(runId, parentToolUseId);
}

function callOf({ runId, parentToolUseId = '', lastSeq: seq }: Item, key: string): Item {
  return { kind: 'tool', key, seq, lastSeq: 0, runId, toolUseId: parentToolUseId, asks: [] };
}

function isOpen(item: Item | undefined, requestId: string): boolean {
  return (
    item?.kind === 'tool' &&
    item.asks.some((ask) => ask.requestId === requestId && ask.decision === undefined)
  );
}

function renumber(slots: Slot[], from: number): void {
  for (let index = from; index < slots.length; index += 1) (slots[index] as Slot).index = index;
}
