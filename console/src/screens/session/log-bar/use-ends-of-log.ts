import { type RefObject, useEffect } from 'react';
import type { LogFold, LogView, LogWindow } from '../../../data/log/log-window';

/** So many heights of the view before an end, what is beyond it is asked for. */
const aheadHeights = 2;

/** Reads on at an end of the log when somebody comes near to it. */
export function useEndsOfLog<Fold extends LogFold>(
  scroller: RefObject<HTMLElement | null>,
  { older, newer }: LogView<Fold>,
  log: LogWindow<Fold>,
): void {
  // The list is shown anew whenever it is scrolled.
  useEffect(() => {
    const element = scroller.current;
    if (element === null) return;
    const { scrollTop, scrollHeight, clientHeight } = element;
    const ahead = clientHeight * aheadHeights;
    if (older === 'more' && scrollTop < ahead) void log.readOlder();
    if (newer === 'more' && scrollHeight - scrollTop - clientHeight < ahead) void log.readNewer();
  });
}
