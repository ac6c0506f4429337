/**
 * What was read stays as it is until the live connection says that it changed, or the connection was lost: nothing is
 * asked again by the clock. The client itself tries again what failed on the way.
 */
import { QueryClient } from '@tanstack/react-query';

export function createQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: { staleTime: Number.POSITIVE_INFINITY, retry: false, refetchOnWindowFocus: false },
      // A change is tried while somebody waits for it, and never done later behind their back.
      mutations: { retry: false, networkMode: 'always' },
    },
  });
}
