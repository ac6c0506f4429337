import { useVirtualizer } from '@tanstack/react-virtual';
import type { EventEnvelope, Session } from 'quarterdeck/client';
import { useCallback, useLayoutEffect, useRef, useState } from 'react';
import type { LogView, LogWindow } from '../../../data/log/log-window';
import { useEndsOfLog } from '../log-bar/use-ends-of-log';
import type { EventList } from './event-list';
import { EventRow } from './event-row';

interface EventRowsProps {
  events: readonly EventEnvelope[];
  view: LogView<EventList>;
  log: LogWindow<EventList>;
  seq: number | undefined;
  session: Session;
}

const rowPx = 33;
const endPx = 60;
const overscanRows = 10;

export function EventRows({ events, view, log, seq, session }: EventRowsProps) {
  const scroller = useRef<HTMLDivElement>(null);
  const [opened, setOpened] = useState<ReadonlySet<number>>(new Set(seq === undefined ? [] : [seq]));
  const toggle = useCallback((of: number) => {
    setOpened((now) => {
      const next = new Set(now);
      if (!next.delete(of)) next.add(of);
      return next;
    });
  }, []);
  const virtualizer = useVirtualizer({
    count: events.length,
    getScrollElement: () => scroller.current,
    getItemKey: (index) => events[index]?.seq ?? index,
    estimateSize: () => rowPx,
    overscan: overscanRows,
    anchorTo: 'end',
    followOnAppend: view.newer === 'none',
    scrollEndThreshold: endPx,
  });
  const [begun, setBegun] = useState(false);
  useLayoutEffect(() => {
    if (begun) return;
    setBegun(true);
    const index = seq === undefined ? -1 : events.findIndex((event) => event.seq >= seq);
    if (index === -1) virtualizer.scrollToEnd();
    else virtualizer.scrollToIndex(index, { align: 'center' });
  }, [begun, seq, events, virtualizer]);
  useEndsOfLog(scroller, view, log);
  const items = virtualizer.getVirtualItems();
  return (
    <section
      ref={scroller}
      aria-label="Events"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard.
      tabIndex={0}
      className="min-h-40 flex-1 overflow-y-auto [overflow-anchor:none] focus-visible:-outline-offset-2"
    >
      <ol className="relative" style={{ height: virtualizer.getTotalSize() }}>
        {items.map(({ key, index, start }) => {
          const envelope = events[index] as EventEnvelope;
          return (
            <li
              key={key}
              ref={virtualizer.measureElement}
              data-index={index}
              className="absolute inset-x-0 top-0"
              style={{ transform: `translateY(${start}px)` }}
            >
              <EventRow
                envelope={envelope}
                sessionId={session.sessionId}
                open={opened.has(envelope.seq)}
                isTarget={envelope.seq === seq}
                onToggle={toggle}
              />
            </li>
          );
        })}
      </ol>
    </section>
  );
}
