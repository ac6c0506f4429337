/** `j` and `k` go down and up in a list: the focus moves between what is marked with `rowMark`. */
import { type RefObject, useRef } from 'react';
import { useShortcut } from './shortcuts';

export const rowMark = { 'data-row': '' } as const;

export function useRowKeys<Element extends HTMLElement>(what: string): RefObject<Element | null> {
  const list = useRef<Element>(null);
  const move = (step: 1 | -1) => {
    const rows = [...(list.current?.querySelectorAll<HTMLElement>('[data-row]') ?? [])];
    const at = rows.findIndex((row) => row.contains(document.activeElement));
    const to = at === -1 ? 0 : Math.min(Math.max(at + step, 0), rows.length - 1);
    rows[to]?.focus();
    rows[to]?.scrollIntoView({ block: 'nearest' });
  };
  useShortcut('j', `Next ${what}`, () => move(1));
  useShortcut('k', `Previous ${what}`, () => move(-1));
  return list;
}
