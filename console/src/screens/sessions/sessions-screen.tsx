/** Every session: filtered by what it is, and found by its name or by what was said in it. */
import { useNavigate, useSearch } from '@tanstack/react-router';
import { Plus } from 'lucide-react';
import { useNewSession } from '../../app/new-session/new-session';
import { useSessions } from '../../data/sessions';
import { Button } from '../../parts/button';
import { ErrorNotice, Loading } from '../../parts/notices';
import { Page } from '../../parts/page';
import { ContentHits } from './content-hits';
import { FilterBar } from './filter-bar';
import { NoSessions } from './no-sessions';
import type { SessionsSearch } from './search';
import { SessionList } from './session-list';

export function SessionsScreen() {
  const search = useSearch({ from: '/sessions' });
  const navigate = useNavigate({ from: '/sessions' });
  const openNew = useNewSession();
  const { q, project, target, status, pages = 1 } = search;
  const filter = {
    ...(q !== undefined && { name: q }),
    ...(project !== undefined && { projectId: project }),
    ...(target !== undefined && { aspTargetName: target }),
    ...(status !== undefined && { status }),
  };
  const { data, error, refetch } = useSessions(filter, { pages });
  const change = (to: SessionsSearch) => void navigate({ search: to, replace: true });
  return (
    <Page
      title="Sessions"
      actions={
        <Button
          look="primary"
          icon={<Plus size={16} aria-hidden />}
          onClick={() => openNew({ projectId: project })}
        >
          New session
        </Button>
      }
    >
      <FilterBar search={search} onChange={change} />
      {error !== null && <ErrorNotice error={error} onRetry={() => void refetch()} />}
      {data === undefined && error === null && <Loading what="the sessions" />}
      {data?.sessions.length === 0 && <NoSessions search={search} onClear={() => change({})} />}
      {data !== undefined && data.sessions.length > 0 && (
        <SessionList
          sessions={data.sessions}
          onMore={data.more ? () => change({ ...search, pages: pages + 1 }) : undefined}
        />
      )}
      {q !== undefined && <ContentHits key={`${q} ${project}`} words={q} projectId={project} />}
    </Page>
  );
}
