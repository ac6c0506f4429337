import { useNewSession } from '../../app/new-session/new-session';
import { Button } from '../../parts/button';
import { CopyCommand } from '../../parts/copy-command';
import { EmptyState } from '../../parts/notices';
import type { SessionsSearch } from './search';

interface NoSessionsProps {
  search: SessionsSearch;
  onClear: () => void;
}

/** None at all, none that is asked for, or none by that name. */
export function NoSessions({ search, onClear }: NoSessionsProps) {
  const openNew = useNewSession();
  const { q, pages: _pages, ...others } = search;
  if (q !== undefined) return <p className="text-sm text-muted">No session has this in its name.</p>;
  if (Object.keys(others).length > 0) {
    return (
      <EmptyState
        title={search.status === 'archived' ? 'Nothing is archived' : 'No session is like that'}
        action={<Button onClick={onClear}>Show all sessions</Button>}
      >
        <p>
          {search.status === 'archived'
            ? 'What you archive is kept here: out of the way, with all that was said.'
            : 'Take a filter away to see more.'}
        </p>
      </EmptyState>
    );
  }
  return (
    <EmptyState
      title="There is no session yet"
      action={
        <Button look="primary" onClick={() => openNew()}>
          New session
        </Button>
      }
    >
      <p>A session is a conversation with an agent in a project. Open one here, or from a terminal:</p>
      <CopyCommand command='npx quarterdeck run --project rex --follow "What is 2+2?"' />
    </EmptyState>
  );
}
