import { useQuery } from '@tanstack/react-query';
import type { RouteBody, Session } from 'quarterdeck/client';
import { useClient } from './client';
import { keys } from './keys';
import { useSessionAction } from './session';

/** As many as are shown; `total` says how many there are. */
const shownMax = 200;

/** The runs that wait. Nothing is asked while the session says that there are none. */
export function useQueue({ sessionId, queue }: Session) {
  const client = useClient();
  return useQuery({
    queryKey: keys.queue(sessionId),
    queryFn: ({ signal }) => client.sessions.queue(sessionId, { limit: shownMax }, { signal }),
    enabled: queue.length > 0,
  });
}

export type QueueEdit =
  | { act: 'edit'; runId: string; prompt: string }
  | { act: 'move'; runId: string; place: RouteBody<'moveRun'> }
  | { act: 'run_now'; runId: string; interrupt: boolean }
  | { act: 'cancel'; runId: string }
  | { act: 'pause' | 'resume' | 'clear' };

export function useEditQueue(sessionId: string) {
  return useSessionAction(sessionId, async (client, edit: QueueEdit): Promise<unknown> => {
    switch (edit.act) {
      case 'edit':
        return client.runs.edit(edit.runId, { prompt: edit.prompt });
      case 'move':
        return client.runs.move(edit.runId, edit.place);
      case 'run_now':
        return client.runs.runNow(edit.runId, { interrupt: edit.interrupt });
      case 'cancel':
        return client.runs.cancel(edit.runId);
      case 'pause':
        return client.sessions.pauseQueue(sessionId);
      case 'resume':
        return client.sessions.resumeQueue(sessionId);
      case 'clear':
        return client.sessions.clearQueue(sessionId);
    }
  });
}

/** The whole prompt of a queued run: lists have only its beginning. */
export function useQueuedPrompt(runId: string) {
  const client = useClient();
  return useQuery({
    queryKey: [...keys.run(runId), 'prompt'],
    queryFn: async ({ signal }) => (await client.runs.get(runId, { signal })).input.content,
    gcTime: 0,
  });
}
