/** Whether what is shown is live, for every part of the page. */
import { useQueryClient } from '@tanstack/react-query';
import {
  createContext,
  type ReactNode,
  useContext,
  useEffect,
  useId,
  useMemo,
  useSyncExternalStore,
} from 'react';
import { useClient } from './client';
import { type FollowedLog, LiveConnection, type LiveState, type ObservedClock } from './live-connection';

export type { FollowedLog, LiveState } from './live-connection';

const LiveContext = createContext<LiveConnection | undefined>(undefined);

function useLive(): LiveConnection {
  const live = useContext(LiveContext);
  if (live === undefined) throw new Error('what is live is asked outside of LiveProvider');
  return live;
}

export function useLiveState(): LiveState {
  const live = useLive();
  return useSyncExternalStore(live.subscribe, live.state);
}

/** Asks the server at once, and not when it would be asked next. */
export function useTryNow(): () => void {
  return useLive().lookNow;
}

/** A screen that follows a log says how far it is: the page is no more live than that. */
export function useFollowedLog({ state, retryInMs }: FollowedLog): void {
  const live = useLive();
  const name = useId();
  useEffect(() => live.follow(name, { state, retryInMs }), [live, name, state, retryInMs]);
  useEffect(() => () => live.follow(name, undefined), [live, name]);
}

interface LiveProviderProps {
  /** The server does not take the token. */
  onRefused: () => void;
  /** The clock of the server is another than was known, or stands still, or goes on. */
  onClock: (clock: ObservedClock) => void;
  children: ReactNode;
}

export function LiveProvider({ onRefused, onClock, children }: LiveProviderProps) {
  const client = useClient();
  const queryClient = useQueryClient();
  const live = useMemo(
    () => new LiveConnection(client, queryClient, onRefused, onClock),
    [client, queryClient, onRefused, onClock],
  );
  useEffect(() => live.start(), [live]);
  return <LiveContext value={live}>{children}</LiveContext>;
}
