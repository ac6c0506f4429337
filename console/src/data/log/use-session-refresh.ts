import { useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { refreshSession } from '../session';
import type { LogFold, LogWindow } from './log-window';

/** Many short runs end faster than anybody reads. */
const pauseMs = 300;
/** After these the session or its queue is another. */
const telling = /^(?:run_|queue_|permission_|session_|cancel_requested)/;

/** Reads the session again when its log says that it changed, and when the connection is back. */
export function useSessionRefresh<Fold extends LogFold>(sessionId: string, log: LogWindow<Fold>): void {
  const queryClient = useQueryClient();
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const refresh = () => {
      timer ??= setTimeout(() => {
        timer = undefined;
        void refreshSession(queryClient, sessionId);
      }, pauseMs);
    };
    let state = log.current().state;
    const leaveEvents = log.onEvents((envelopes) => {
      if (envelopes.some(({ type }) => telling.test(type))) refresh();
    });
    const leaveState = log.subscribe(() => {
      const before = state;
      state = log.current().state;
      if (state === 'live' && before !== 'live') refresh();
    });
    return () => {
      leaveEvents();
      leaveState();
      clearTimeout(timer);
    };
  }, [queryClient, sessionId, log]);
}
