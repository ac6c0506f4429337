import { useEffect, useMemo, useSyncExternalStore } from 'react';
import { useClient } from '../client';
import { useFollowedLog } from '../live';
import { type LogFold, type LogView, LogWindow } from './log-window';

/** A page that nobody sees has no frames, and must not gather events for ever. */
const hiddenMs = 500;

function nextFrame(callback: () => void): void {
  const run = () => {
    cancelAnimationFrame(frame);
    clearTimeout(timer);
    callback();
  };
  const frame = requestAnimationFrame(run);
  const timer = setTimeout(run, hiddenMs);
}

/** So long after nobody sees the page any more, it lets go of its connection. */
const letGoMs = 60_000;

function pauseWhileHidden(log: Pick<LogWindow<LogFold>, 'pause' | 'resume'>): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const onChange = () => {
    clearTimeout(timer);
    if (document.hidden) timer = setTimeout(() => log.pause(), letGoMs);
    else log.resume();
  };
  document.addEventListener('visibilitychange', onChange);
  return () => {
    clearTimeout(timer);
    document.removeEventListener('visibilitychange', onChange);
  };
}

/** The log of a session, open while whoever asks for it is shown. `seq`: around which event it begins. */
export function useLogWindow<Fold extends LogFold>(
  sessionId: string,
  createFold: () => Fold,
  { seq, types }: { seq?: number | undefined; types?: readonly string[] | undefined } = {},
): { log: LogWindow<Fold>; view: LogView<Fold> } {
  const client = useClient();
  const log = useMemo(
    () => new LogWindow({ client, sessionId, createFold, types, schedule: nextFrame }),
    [client, sessionId, createFold, types],
  );
  const view = useSyncExternalStore(log.subscribe, log.current);
  const { state, retryInMs } = view;
  useFollowedLog({ state: state === 'reading' || state === 'failed' ? 'connecting' : state, retryInMs });
  useEffect(() => {
    void log.open(seq);
    return () => log.close();
  }, [log, seq]);
  useEffect(() => pauseWhileHidden(log), [log]);
  return { log, view };
}
