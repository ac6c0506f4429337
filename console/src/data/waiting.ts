/** What waits for a person, in any session. */
import { useQuery } from '@tanstack/react-query';
import type { Permission } from 'quarterdeck/client';
import { useClient } from './client';
import { keys } from './keys';

export interface Waiting {
  id: string;
  sinceMs: number;
  permission: Permission;
}

/** More than anybody answers at once; what is beyond comes up when these are answered. */
const waitingMax = 100;

/** What waits longest comes first. */
export function useWaiting() {
  const client = useClient();
  const query = { status: 'pending', limit: waitingMax } as const;
  return useQuery({
    queryKey: keys.permissions(query),
    queryFn: async ({ signal }): Promise<Waiting[]> => {
      const { permissions } = await client.permissions.list(query, { signal });
      return permissions.map((permission) => ({
        id: permission.requestId,
        sinceMs: permission.requestedAt,
        permission,
      }));
    },
  });
}
