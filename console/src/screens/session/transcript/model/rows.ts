/** The items of a transcript one below the other, as they are shown: nothing empty, and subagents where they are open. */
import type { Item } from './items';
import { startKey } from './run-events';
import { isEmpty, type Slot, type Transcript } from './transcript';

export interface Row {
  key: string;
  slot: Slot;
  /** How many subagents deep. */
  depth: number;
}

/** Whether what a person chose says so; else open while it runs. */
export type Opened = ReadonlyMap<string, boolean>;

export function isOpenCall(item: Item, opened: Opened): boolean {
  return opened.get(item.key) ?? (item.kind === 'tool' && item.end === undefined);
}

export class RowList {
  rows: readonly Row[] = [];
  /** Index of the first row of each of the transcript's tops. */
  private readonly starts: number[] = [];
  private opened: Opened = new Map();
  private transcript: Transcript | undefined;

  /** Builds from where something has changed. Returns the same array when nothing did. */
  update(transcript: Transcript, opened: Opened): readonly Row[] {
    if (transcript !== this.transcript || opened !== this.opened) transcript.changedFrom = 0;
    this.transcript = transcript;
    this.opened = opened;
    const { tops, changedFrom } = transcript;
    if (changedFrom > tops.length) return this.rows;
    const rows = this.rows.slice(0, this.starts[changedFrom] ?? this.rows.length);
    this.starts.length = Math.min(changedFrom, this.starts.length);
    for (let index = this.starts.length; index < tops.length; index += 1) {
      this.starts.push(rows.length);
      this.add(rows, tops[index] as Slot, 0);
    }
    transcript.settle();
    this.rows = rows;
    return rows;
  }

  private add(rows: Row[], slot: Slot, depth: number): void {
    const { item } = slot;
    if (isHidden(item, this.transcript as Transcript)) return;
    rows.push({ key: item.key, slot, depth });
    const children = this.transcript?.childrenOf(item.key) ?? [];
    if (children.length > 0 && isOpenCall(item, this.opened))
      for (const child of children) this.add(rows, child, depth + 1);
  }
}

function isHidden(item: Item, transcript: Transcript): boolean {
  if (isEmpty(item)) return true;
  if (item.kind !== 'message' || item.role !== 'user' || item.runId === undefined) return false;
  // The beginning of its run shows the prompt.
  return (
    transcript.runs.get(item.runId)?.promptKey === item.key &&
    transcript.find(startKey(item.runId)) !== undefined
  );
}
