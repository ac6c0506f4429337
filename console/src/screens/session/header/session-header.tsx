import type { Session } from 'quarterdeck/client';
import { StatusBadge } from '../../../parts/status-badge';

/** What the session is, and what can be done with it as a whole. */
export function SessionHeader({ session }: { session: Session }) {
  return (
    <header className="flex flex-wrap items-center gap-3 border-b border-line bg-panel px-4 py-3">
      <h1 className="min-w-0 truncate text-lg font-semibold">{session.name}</h1>
      <StatusBadge status={session.status} />
    </header>
  );
}
