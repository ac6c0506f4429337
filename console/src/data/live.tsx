/**
 * Keeps what is shown true: asks the server from time to time whether it is there, and lets the queries of sessions be
 * read again.
 */
import { useQueryClient } from '@tanstack/react-query';
import { ApiError } from 'quarterdeck/client';
import { createContext, type ReactNode, useContext, useEffect, useState } from 'react';
import { useClient } from './client';
import { keys } from './keys';

export interface LiveState {
  state: 'connecting' | 'live' | 'offline';
  retryAtMs?: number;
}

const everyMs = 3000;
const LiveContext = createContext<LiveState>({ state: 'connecting' });

export function useLiveState(): LiveState {
  return useContext(LiveContext);
}

/** `onRefused` is called when the server does not take the token. */
export function LiveProvider({ onRefused, children }: { onRefused: () => void; children: ReactNode }) {
  const client = useClient();
  const queryClient = useQueryClient();
  const [live, setLive] = useState<LiveState>({ state: 'connecting' });
  useEffect(() => {
    const controller = new AbortController();
    const look = async () => {
      try {
        await client.server.status({ signal: controller.signal });
        setLive({ state: 'live' });
        await queryClient.invalidateQueries({ queryKey: keys.allSessions });
      } catch (error) {
        if (controller.signal.aborted) return;
        if (error instanceof ApiError && error.status === 401) onRefused();
        else setLive({ state: 'offline', retryAtMs: Date.now() + everyMs });
      }
    };
    void look();
    const timer = setInterval(look, everyMs);
    return () => {
      controller.abort();
      clearInterval(timer);
    };
  }, [client, queryClient, onRefused]);
  return <LiveContext value={live}>{children}</LiveContext>;
}
