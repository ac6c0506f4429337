/** What waits for a person, of all sessions: one after the other, answered without a mouse. */
import { useWaiting } from '../../data/waiting';
import { Kbd } from '../../parts/kbd';
import { ErrorNotice, Loading } from '../../parts/notices';
import { Page } from '../../parts/page';
import { EmptyInbox } from './empty-inbox';
import { NotificationSwitch } from './notification-switch';
import { WaitingList } from './waiting-list';

export function InboxScreen() {
  const { data: waiting, error, refetch } = useWaiting();
  return (
    <Page title="Inbox" actions={<NotificationSwitch />}>
      {error !== null && <ErrorNotice error={error} onRetry={refetch} />}
      {waiting === undefined && error === null && <Loading what="what waits" />}
      {waiting?.length === 0 && <EmptyInbox />}
      {waiting !== undefined && waiting.length > 0 && (
        <>
          <KeyHint />
          <WaitingList waiting={waiting} />
        </>
      )}
    </Page>
  );
}

function KeyHint() {
  return (
    <p className="-mt-3 hidden flex-wrap items-center gap-x-2 gap-y-1 text-xs text-muted sm:flex">
      <Kbd keys="j" /> <Kbd keys="k" /> down and up
      <Kbd keys="a" /> allow
      <Kbd keys="A" /> always allow
      <Kbd keys="d" /> deny with a word
      <Kbd keys="r" /> resume
    </p>
  );
}
