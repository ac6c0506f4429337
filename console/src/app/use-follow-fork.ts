import { useNavigate } from '@tanstack/react-router';
import type { Session } from 'quarterdeck/client';
import { useToasts } from '../parts/toasts';

/** Leads to the session that a fork opens. */
export function useFollowFork(): (fork: Promise<Pick<Session, 'sessionId'>>) => void {
  const navigate = useNavigate();
  const toasts = useToasts();
  return (fork) =>
    toasts.follow(fork, 'Forked: this session goes on from there', {
      onDone: ({ sessionId }) => void navigate({ to: '/sessions/$sessionId', params: { sessionId } }),
    });
}
