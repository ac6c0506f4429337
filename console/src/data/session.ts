import { useQuery } from '@tanstack/react-query';
import { useClient } from './client';
import { keys } from './keys';

export function useSession(sessionId: string) {
  const client = useClient();
  return useQuery({
    queryKey: keys.session(sessionId),
    queryFn: ({ signal }) => client.sessions.get(sessionId, { signal }),
  });
}
