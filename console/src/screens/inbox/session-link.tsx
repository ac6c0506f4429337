import { Link } from '@tanstack/react-router';
import { useSession } from '../../data/session';

/** Where it comes from. */
export function SessionLink({ sessionId, projectId }: { sessionId: string; projectId: string }) {
  const { data: session } = useSession(sessionId);
  return (
    <p className="flex min-w-0 flex-wrap gap-x-1.5">
      <Link
        to="/sessions/$sessionId"
        params={{ sessionId }}
        className="min-w-0 truncate font-medium text-ink underline decoration-line-strong underline-offset-2 hover:text-accent"
      >
        {session?.name ?? sessionId}
      </Link>
      <span>in {projectId}</span>
    </p>
  );
}
