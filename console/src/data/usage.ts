import { keepPreviousData, useQuery } from '@tanstack/react-query';
import type { Client } from 'quarterdeck/client';
import { useClient } from './client';
import { keys } from './keys';

export type UsageFilter = NonNullable<Parameters<Client['usage']['get']>[0]>;

/** What was shown stays while another range is read. */
export function useUsage(filter: UsageFilter) {
  const client = useClient();
  return useQuery({
    queryKey: keys.usage(filter),
    queryFn: ({ signal }) => client.usage.get(filter, { signal }),
    placeholderData: keepPreviousData,
  });
}
