import type { Budget } from 'quarterdeck/client';
import { useSessionAction } from './session';

export type ParkedAct =
  | { act: 'resume'; runId: string; raise?: Budget | undefined }
  | { act: 'auto_resume'; runId: string; autoResume: boolean }
  | { act: 'cancel'; runId: string };

/** What is done about a run that is parked. */
export function useParkedRun(sessionId: string) {
  return useSessionAction(sessionId, async (client, answer: ParkedAct): Promise<unknown> => {
    switch (answer.act) {
      case 'resume':
        return client.runs.resume(
          answer.runId,
          answer.raise === undefined ? undefined : { raise: answer.raise },
        );
      case 'auto_resume':
        return client.runs.edit(answer.runId, { autoResume: answer.autoResume });
      case 'cancel':
        return client.runs.cancel(answer.runId);
    }
  });
}
