import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { Permission } from 'quarterdeck/client';
import { useClient } from './client';
import { keys } from './keys';

export interface Decision {
  requestId: Permission['requestId'];
  decision: NonNullable<Permission['decision']>;
  /** What the agent is told with a refusal. */
  message?: string;
}

/** Answers a request. The first answer wins; a later one is refused with `permission_already_decided`. */
export function useDecidePermission() {
  const client = useClient();
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: ({ requestId, ...answer }: Decision) => client.permissions.decide(requestId, answer),
    onSettled: () => queryClient.invalidateQueries({ queryKey: keys.allSessions }),
  });
}
