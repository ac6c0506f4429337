/** Runs of all sessions, and what each is at. */
import { useQuery } from '@tanstack/react-query';
import type { EventEnvelope, RouteQuery } from 'quarterdeck/client';
import { useClient } from './client';
import { keys } from './keys';

export function useRuns(filter: RouteQuery<'listRuns'>) {
  const client = useClient();
  return useQuery({
    queryKey: keys.runs(filter),
    queryFn: ({ signal }) => client.runs.list(filter, { signal }),
  });
}

/** Each says by itself what an agent is at. */
const telling = [
  'agent_start',
  'message_start',
  'message_end',
  'tool_execution_start',
  'tool_execution_end',
] as const;

export type TellingEvent = Extract<EventEnvelope['event'], { type: (typeof telling)[number] }>;

/** The latest event of a run that says what its agent is at. */
export function useLatestEvent(runId: string) {
  const client = useClient();
  return useQuery({
    queryKey: keys.runs({ latestOf: runId }),
    queryFn: async ({ signal }) => {
      const query = { types: telling, order: 'desc', limit: 1 } as const;
      const { events } = await client.runs.listEvents(runId, query, { signal });
      return (events[0]?.event ?? null) as TellingEvent | null;
    },
  });
}
