/**
 * Only the rows that are seen are in the page. The list holds on to its end while it is there, keeps what is read in its
 * place when older rows appear above, and asks for more at either end.
 */
import { useVirtualizer } from '@tanstack/react-virtual';
import { ArrowDown } from 'lucide-react';
import { useLayoutEffect, useRef, useState } from 'react';
import { useShortcut } from '../../../app/shortcuts';
import type { LogView, LogWindow } from '../../../data/log/log-window';
import { Button } from '../../../parts/button';
import { LogEnd } from '../log-bar/log-end';
import { useEndsOfLog } from '../log-bar/use-ends-of-log';
import type { Row } from './model/rows';
import type { Transcript } from './model/transcript';
import { TranscriptRow } from './transcript-row';

interface TranscriptRowsProps {
  rows: readonly Row[];
  view: LogView<Transcript>;
  log: LogWindow<Transcript>;
  /** The event to begin at; else it is the end. */
  seq: number | undefined;
  onLatest: () => void;
}

type Rows = ReturnType<typeof useVirtualizer<HTMLDivElement, Element>>;

const estimates = {
  run_start: 90,
  run_end: 60,
  message: 120,
  tool: 70,
  notice: 40,
  marker: 40,
  parked: 160,
  gap: 40,
};
/** So near to its end, the list follows what is added. */
const endPx = 80;
const overscanRows = 6;

export function TranscriptRows({ rows, view, log, seq, onLatest }: TranscriptRowsProps) {
  const scroller = useRef<HTMLDivElement>(null);
  const virtualizer = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    getItemKey: (index) => rows[index]?.key ?? index,
    estimateSize: (index) => estimates[rows[index]?.slot.item.kind ?? 'message'],
    overscan: overscanRows,
    anchorTo: 'end',
    followOnAppend: view.newer === 'none',
    scrollEndThreshold: endPx,
    paddingStart: 16,
    paddingEnd: 16,
  });
  const target = seq === undefined ? undefined : keyAt(rows, seq);
  useBeginning(virtualizer, rows, target);
  useEndsOfLog(scroller, view, log);
  const items = virtualizer.getVirtualItems();
  const away = view.newer !== 'none' || !virtualizer.isAtEnd(endPx);
  const isNew = useNewBelow(view, away);
  const toEnd = () => (view.newer === 'none' ? virtualizer.scrollToEnd() : onLatest());
  useShortcut('l', 'Go to the latest', toEnd);
  usePromptKeys(virtualizer, rows);
  return (
    <div className="relative min-h-40 flex-1">
      <div
        ref={scroller}
        role="feed"
        aria-label="Transcript"
        aria-busy={view.older === 'reading' || view.newer === 'reading'}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard.
        tabIndex={0}
        className="h-full overflow-y-auto [overflow-anchor:none] focus-visible:-outline-offset-2"
      >
        <LogEnd end={view.older} which="older" view={view} onRetry={() => void log.readOlder()} />
        <div className="relative mx-auto w-full max-w-4xl" style={{ height: virtualizer.getTotalSize() }}>
          {items.map(({ key, index, start }) => (
            <div
              key={key}
              ref={virtualizer.measureElement}
              data-index={index}
              className="absolute inset-x-0 top-0 px-3 sm:px-6"
              style={{ transform: `translateY(${start}px)` }}
            >
              <TranscriptRow
                row={rows[index] as Row}
                item={(rows[index] as Row).slot.item}
                run={view.fold.runs.get((rows[index] as Row).slot.item.runId ?? '')}
                place={index + 1}
                isTarget={key === target}
                childCount={view.fold.childrenOf(String(key)).length}
              />
            </div>
          ))}
        </div>
        <LogEnd end={view.newer} which="newer" view={view} onRetry={() => void log.readNewer()} />
      </div>
      {away && (
        <Button
          look={isNew ? 'primary' : 'plain'}
          className="absolute bottom-3 left-1/2 -translate-x-1/2 shadow-lg"
          icon={<ArrowDown size={16} aria-hidden />}
          onClick={toEnd}
        >
          {isNew ? 'Latest: there is more' : 'Latest'}
        </Button>
      )}
    </div>
  );
}

/** Whether something happened below what is seen since somebody went away from the end. */
function useNewBelow({ newer, missed, lastSeq }: LogView<Transcript>, away: boolean): boolean {
  const [seenSeq, setSeenSeq] = useState(lastSeq);
  // On an earlier piece of the log what comes is counted, and what is read on is nothing new.
  const follows = newer === 'none';
  if (!(away && follows) && seenSeq !== lastSeq) setSeenSeq(lastSeq);
  return follows ? away && lastSeq > seenSeq : missed > 0;
}

/** The row of an event: the one that it began or ended, else the last that began before it. */
function keyAt(rows: readonly Row[], seq: number): string | undefined {
  const exact = rows.find(({ slot: { item } }) => item.seq === seq || item.lastSeq === seq);
  return (exact ?? rows.findLast(({ slot: { item } }) => item.seq <= seq) ?? rows[0])?.key;
}

/** `j` and `k` go from prompt to prompt. */
function usePromptKeys(virtualizer: Rows, rows: readonly Row[]): void {
  const isPrompt = (row: Row | undefined) => row?.slot.item.kind === 'run_start';
  const go = (step: 1 | -1) => {
    const here = virtualizer.getVirtualItemForOffset(virtualizer.scrollOffset ?? 0)?.index ?? 0;
    // A prompt that is at the top is where one is.
    for (let index = here + step; index >= 0 && index < rows.length; index += step)
      if (isPrompt(rows[index])) return virtualizer.scrollToIndex(index, { align: 'start' });
    virtualizer.scrollToIndex(step < 0 ? 0 : rows.length - 1, { align: step < 0 ? 'start' : 'end' });
  };
  useShortcut('j', 'Go to the next prompt', () => go(1));
  useShortcut('k', 'Go to the prompt before', () => go(-1));
}

/** Goes to the event of the address, or to the end, once there are rows. */
function useBeginning(virtualizer: Rows, rows: readonly Row[], target: string | undefined): void {
  const [begun, setBegun] = useState(false);
  useLayoutEffect(() => {
    if (begun) return;
    setBegun(true);
    const index = rows.findIndex(({ key }) => key === target);
    if (index === -1) virtualizer.scrollToEnd();
    else virtualizer.scrollToIndex(index, { align: 'center' });
  }, [begun, rows, target, virtualizer]);
}
