/** What goes on at this moment, what needs somebody, and whether the server has room and agents. */
import { Plus } from 'lucide-react';
import { useNewSession } from '../../app/new-session/new-session';
import { useSessions } from '../../data/sessions';
import { Button } from '../../parts/button';
import { ErrorNotice, Loading } from '../../parts/notices';
import { Page } from '../../parts/page';
import { AgentsPanel } from './agents-panel';
import { FailedPanel } from './failed-panel';
import { FirstStart } from './first-start';
import { LatestPanel } from './latest-panel';
import { QueuedPanel } from './queued-panel';
import { RunningPanel } from './running/running-panel';
import { SlotsPanel } from './slots-panel';
import { WaitingPanel } from './waiting-panel';

export function OverviewScreen() {
  const openNew = useNewSession();
  const { data, error, refetch } = useSessions({ archived: 'all' }, { limit: 1 });
  const isFirstStart = data?.sessions.length === 0;
  return (
    <Page
      title="Overview"
      actions={
        <Button look="primary" icon={<Plus size={16} aria-hidden />} onClick={() => openNew()}>
          New session
        </Button>
      }
    >
      {error !== null && <ErrorNotice error={error} onRetry={() => void refetch()} />}
      {data === undefined && error === null && <Loading what="what goes on" />}
      {data !== undefined && (
        <div className="grid items-start gap-4 lg:grid-cols-[minmax(0,1fr)_18rem]">
          <div className="flex min-w-0 flex-col gap-4">{isFirstStart ? <FirstStart /> : <Now />}</div>
          <div className="flex min-w-0 flex-col gap-4">
            <SlotsPanel />
            <AgentsPanel />
          </div>
        </div>
      )}
    </Page>
  );
}

/** What needs somebody stands above what does not. */
function Now() {
  return (
    <>
      <WaitingPanel />
      <RunningPanel />
      <QueuedPanel />
      <FailedPanel />
      <LatestPanel />
    </>
  );
}
