/**
 * Keys that work anywhere on a screen: one key, or two behind each other (`g s`). They are silent while somebody types
 * and while a dialog is open. Who wants a key names it with `useShortcut`; the help lists what is named at the moment.
 */
import {
  createContext,
  type ReactNode,
  useContext,
  useEffect,
  useMemo,
  useRef,
  useSyncExternalStore,
} from 'react';

export interface Shortcut {
  /** As `KeyboardEvent.key` has it; two keys with a space between. */
  keys: string;
  label: string;
  action: () => void;
}

/** For the second key. */
const sequenceMs = 1500;

class ShortcutTable {
  private shortcuts: readonly Shortcut[] = [];
  private readonly listeners = new Set<() => void>();

  add(shortcut: Shortcut): () => void {
    this.set([...this.shortcuts, shortcut]);
    return () => this.set(this.shortcuts.filter((other) => other !== shortcut));
  }

  /** What was named last wins: a screen stands above the shell. */
  find(keys: string): Shortcut | undefined {
    return this.shortcuts.findLast((shortcut) => shortcut.keys === keys);
  }

  readonly list = () => this.shortcuts;

  readonly subscribe = (listener: () => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  private set(shortcuts: readonly Shortcut[]): void {
    this.shortcuts = shortcuts;
    for (const listener of this.listeners) listener();
  }
}

const TableContext = createContext<ShortcutTable | undefined>(undefined);

function useTable(): ShortcutTable {
  const table = useContext(TableContext);
  if (table === undefined) throw new Error('a shortcut stands outside of ShortcutProvider');
  return table;
}

export function ShortcutProvider({ children }: { children: ReactNode }) {
  const table = useMemo(() => new ShortcutTable(), []);
  useEffect(() => {
    let first = { key: '', atMs: 0 };
    const onKey = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target))
        return;
      // A key that is held down is one press: an answer is not given twice.
      if (event.repeat || document.querySelector('dialog[open]') !== null) return;
      const inTime = event.timeStamp - first.atMs < sequenceMs;
      const shortcut = (inTime && table.find(`${first.key} ${event.key}`)) || table.find(event.key);
      first = shortcut === undefined ? { key: event.key, atMs: event.timeStamp } : { key: '', atMs: 0 };
      if (shortcut === undefined) return;
      event.preventDefault();
      shortcut.action();
    };
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  }, [table]);
  return <TableContext value={table}>{children}</TableContext>;
}

function isTyping(target: EventTarget | null): boolean {
  if (target instanceof HTMLInputElement) return !['checkbox', 'radio'].includes(target.type);
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable || ['TEXTAREA', 'SELECT'].includes(target.tagName))
  );
}

export function useShortcut(keys: string, label: string, action: () => void): void {
  const table = useTable();
  const latest = useRef(action);
  useEffect(() => {
    latest.current = action;
  });
  useEffect(() => table.add({ keys, label, action: () => latest.current() }), [table, keys, label]);
}

export function useShortcutList(): readonly Shortcut[] {
  const table = useTable();
  return useSyncExternalStore(table.subscribe, table.list);
}
