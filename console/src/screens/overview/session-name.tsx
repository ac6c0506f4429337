import { Link } from '@tanstack/react-router';
import { useSession } from '../../data/session';

/** Leads to the session; the row that it stands in, which is `relative`, does so as a whole. */
export function SessionName({ sessionId }: { sessionId: string }) {
  const { data: session } = useSession(sessionId);
  return (
    <Link
      to="/sessions/$sessionId"
      params={{ sessionId }}
      className="min-w-0 truncate font-medium group-hover:text-accent after:absolute after:inset-0"
    >
      {session?.name ?? sessionId}
    </Link>
  );
}

/** A row of a list that leads to a session. */
export const rowLook =
  'group relative flex min-w-0 flex-col gap-1 px-4 py-2.5 hover:bg-sunken last:rounded-b-lg';
