import { useEffect, useRef, useState } from 'react';
import { rowMark, useRowKeys } from '../../app/use-row-keys';
import type { Waiting } from '../../data/waiting';
import { ParkedItem } from './parked-item';
import { PermissionItem } from './permission-item';

/** One of them is current: the one that has the focus or had it last. Keys answer that one. */
export function WaitingList({ waiting }: { waiting: readonly Waiting[] }) {
  const list = useRowKeys<HTMLUListElement>('request');
  const [current, setCurrent] = useState({ id: waiting[0]?.id, index: 0 });
  const found = waiting.findIndex(({ id }) => id === current.id);
  // Behind one that was answered the next one moves up.
  const index = found === -1 ? Math.min(current.index, waiting.length - 1) : found;
  const answered = useRef(false);
  const noteAnswer = () => {
    answered.current = true;
  };
  useEffect(() => {
    if (!answered.current || waiting.some(({ id }) => id === current.id)) return;
    answered.current = false;
    list.current?.querySelectorAll<HTMLElement>(':scope > li')[index]?.focus();
  }, [waiting, current.id, index, list]);
  return (
    <ul ref={list} aria-label="Waiting for you" className="flex flex-col gap-4">
      {waiting.map((one, at) => (
        <li
          {...rowMark}
          key={one.id}
          tabIndex={-1}
          aria-current={at === index || undefined}
          onFocus={() => setCurrent({ id: one.id, index: at })}
          className="rounded-sm border-transparent sm:border-l-4 sm:pl-3 sm:aria-current:border-accent"
        >
          {one.kind === 'permission' ? (
            <PermissionItem permission={one.permission} current={at === index} onAnswered={noteAnswer} />
          ) : (
            <ParkedItem run={one.run} current={at === index} onAnswered={noteAnswer} />
          )}
        </li>
      ))}
    </ul>
  );
}
