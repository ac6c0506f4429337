import { RefreshCw } from 'lucide-react';
import { useHarnesses } from '../../../data/server';
import { Button } from '../../../parts/button';
import { ErrorNotice, Loading } from '../../../parts/notices';
import { Page } from '../../../parts/page';
import { Tabs } from '../tabs';
import { Agent } from './agent';

/** Which agents the server can drive, and what is missing where it cannot. */
export function AgentsScreen() {
  const { data, error, refetch, isFetching } = useHarnesses();
  const look = (
    <Button icon={<RefreshCw size={15} aria-hidden />} disabled={isFetching} onClick={() => void refetch()}>
      Look again
    </Button>
  );
  return (
    <Page title="Projects" actions={look}>
      <Tabs />
      {error !== null && <ErrorNotice error={error} onRetry={() => void refetch()} />}
      {data === undefined && error === null && <Loading what="the agents" />}
      <div className="flex flex-col gap-4">
        {data?.harnesses.map((harness) => (
          <Agent key={harness.name} harness={harness} />
        ))}
      </div>
    </Page>
  );
}
