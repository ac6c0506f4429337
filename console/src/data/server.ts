/** The server itself, and the agents that it can drive. */
import { useQuery } from '@tanstack/react-query';
import { useClient } from './client';
import { keys } from './keys';

export function useServerStatus() {
  const client = useClient();
  return useQuery({ queryKey: keys.status, queryFn: ({ signal }) => client.server.status({ signal }) });
}

/** Looks on the disk for each agent, which may take a second; what was found stays until somebody looks again. */
export function useHarnesses() {
  const client = useClient();
  return useQuery({ queryKey: keys.harnesses, queryFn: ({ signal }) => client.harnesses.list({ signal }) });
}
