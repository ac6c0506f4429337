/** Sessions as a list, and what is done to one of them in it. */
import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { RouteQuery, Session } from 'quarterdeck/client';
import { useClient } from './client';
import { keys } from './keys';

export type SessionFilter = Pick<
  RouteQuery<'listSessions'>,
  'projectId' | 'aspTargetName' | 'status' | 'name' | 'archived'
>;

export const sessionsPage = 50;

export interface SessionList {
  sessions: Session[];
  /** There may be more behind them. */
  more: boolean;
}

/** The first `pages` pages, newest first. While another filter is read, what was there before stays. */
export function useSessions(filter: SessionFilter, { pages = 1, limit = sessionsPage } = {}) {
  const client = useClient();
  return useQuery({
    queryKey: keys.sessions({ ...filter, pages, limit }),
    placeholderData: keepPreviousData,
    queryFn: async ({ signal }): Promise<SessionList> => {
      const sessions: Session[] = [];
      let pagesRead = 0;
      for await (const page of client.pages('listSessions', { query: { ...filter, limit } }, { signal })) {
        sessions.push(...page);
        pagesRead += 1;
        if (page.length < limit) return { sessions, more: false };
        if (pagesRead === pages) break;
      }
      return { sessions, more: true };
    },
  });
}

export interface NewSession {
  projectId: string;
  /** Absent: what the project has for its default. */
  aspTargetName?: string | undefined;
  name?: string | undefined;
  /** Absent: the session opens empty. */
  prompt?: string | undefined;
}

/** Opens a session, with its first run where there is a prompt. Answers with its id. */
export function useStartSession() {
  const client = useClient();
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: async ({ prompt, ...session }: NewSession): Promise<string> => {
      if (prompt === undefined) return (await client.sessions.create(session)).sessionId;
      const { projectId, ...fields } = session;
      const body = { projectId, prompt, session: { policy: 'new' as const, ...fields } };
      return (await client.runs.create(body)).sessionId;
    },
    onSuccess: () => queryClient.invalidateQueries({ queryKey: keys.allSessions }),
  });
}

/** Its screen may still be open: what it shows is not asked for once more. */
export function useDeleteSession(sessionId: string) {
  const client = useClient();
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: () => client.sessions.delete(sessionId),
    onSuccess: async () => {
      await queryClient.invalidateQueries({ queryKey: keys.session(sessionId), refetchType: 'none' });
      await queryClient.invalidateQueries({ queryKey: keys.allSessions });
    },
  });
}
