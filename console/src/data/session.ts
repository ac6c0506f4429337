import { type QueryClient, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { Client, RouteBody, Session } from 'quarterdeck/client';
import { useClient } from './client';
import { keys } from './keys';

export function useSession(sessionId: string) {
  const client = useClient();
  return useQuery({
    queryKey: keys.session(sessionId),
    queryFn: ({ signal }) => client.sessions.get(sessionId, { signal }),
  });
}

/** A run that has ended, with what it used. */
export function useEndedRun(runId: string) {
  const client = useClient();
  return useQuery({
    queryKey: keys.run(runId),
    queryFn: ({ signal }) => client.runs.get(runId, { signal }),
  });
}

export type NewPrompt = Pick<RouteBody<'createRun'>, 'prompt' | 'delivery' | 'attachments'>;

export function useSendPrompt({ sessionId, projectId }: Session) {
  return useSessionAction(sessionId, (client, prompt: NewPrompt) =>
    client.runs.create({ projectId, session: { policy: 'resume', sessionId }, ...prompt }),
  );
}

export type QueueOnCancel = NonNullable<NonNullable<RouteBody<'interruptSession'>>['queue']>;

/** Cancels what is active. */
export function useInterrupt(sessionId: string) {
  return useSessionAction(sessionId, (client, queue: QueueOnCancel) =>
    client.sessions.interrupt(sessionId, { queue }),
  );
}

export function useRetry(sessionId: string) {
  return useSessionAction(sessionId, (client, runId: string) => client.runs.retry(runId));
}

export function useFork(sessionId: string) {
  return useSessionAction(sessionId, (client, atRunId: string | undefined) =>
    client.sessions.fork(sessionId, atRunId === undefined ? undefined : { atRunId }),
  );
}

export function useUpdateSession(sessionId: string) {
  return useSessionAction(sessionId, (client, change: RouteBody<'updateSession'>) =>
    client.sessions.update(sessionId, change),
  );
}

/** What is done to one session: afterwards, it and whatever tells of it are read again. */
export function useSessionAction<Input, Output>(
  sessionId: string,
  act: (client: Client, input: Input) => Promise<Output>,
) {
  const client = useClient();
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (input: Input) => act(client, input),
    onSettled: () => refreshSession(queryClient, sessionId),
  });
}

export async function refreshSession(queryClient: QueryClient, sessionId: string): Promise<void> {
  await Promise.all([
    queryClient.invalidateQueries({ queryKey: keys.session(sessionId) }),
    queryClient.invalidateQueries({ queryKey: keys.allSessions }),
  ]);
}

export function useExportSession(sessionId: string) {
  const client = useClient();
  return useMutation({ mutationFn: () => client.sessions.export(sessionId) });
}
