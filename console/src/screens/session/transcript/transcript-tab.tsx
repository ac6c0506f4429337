import { useNavigate } from '@tanstack/react-router';
import type { Session } from 'quarterdeck/client';
import { useCallback, useMemo, useRef, useState } from 'react';
import { useLogWindow } from '../../../data/log/use-log-window';
import { useSessionRefresh } from '../../../data/log/use-session-refresh';
import { ErrorNotice, Loading } from '../../../parts/notices';
import { ActiveRun } from '../active/active-run';
import { LogBar } from '../log-bar/log-bar';
import { Announcer } from './announcer';
import { EmptyTranscript } from './empty-transcript';
import { type Opened, RowList } from './model/rows';
import { Transcript } from './model/transcript';
import { PendingKeys } from './pending-keys';
import { TranscriptContext } from './transcript-context';
import { TranscriptRows } from './transcript-rows';

const createTranscript = () => new Transcript();

/** What was said and done, as it happens. `seq`: the event to go to. */
export function TranscriptTab({ session, seq }: { session: Session; seq: number | undefined }) {
  const { sessionId } = session;
  const navigate = useNavigate();
  const { log, view } = useLogWindow(sessionId, createTranscript, { seq });
  useSessionRefresh(sessionId, log);
  const [opened, setOpened] = useState<Opened>(new Map());
  const [refusing, setRefusing] = useState<string>();
  const list = useRef<RowList>(undefined);
  list.current ??= new RowList();
  const rows = list.current.update(view.fold, opened);
  const toggle = useCallback(
    (key: string, open: boolean) => setOpened((now) => new Map(now).set(key, open)),
    [],
  );
  const context = useMemo(
    () => ({ session, opened, toggle, refusing, setRefusing }),
    [session, opened, toggle, refusing],
  );
  const showLatest = () => {
    void log.open();
    if (seq !== undefined)
      void navigate({ to: '/sessions/$sessionId', params: { sessionId }, search: {}, replace: true });
  };
  return (
    <TranscriptContext value={context}>
      <LogBar session={session} tab="transcript" view={view} />
      {view.state === 'failed' && (
        <div className="px-4 pt-3">
          <ErrorNotice error={view.error} onRetry={() => void log.open(seq)} />
        </div>
      )}
      {rows.length === 0 ? (
        <div className="min-h-0 flex-1 overflow-y-auto px-4 py-6">
          {view.state === 'reading' ? (
            <Loading what="the transcript" />
          ) : (
            <EmptyTranscript session={session} />
          )}
        </div>
      ) : (
        <TranscriptRows
          key={view.generation}
          rows={rows}
          view={view}
          log={log}
          seq={seq}
          onLatest={showLatest}
        />
      )}
      <Announcer log={log} />
      <PendingKeys transcript={view.fold} onRefuse={setRefusing} />
      <ActiveRun session={session} openRun={view.newer === 'none' ? view.fold.openRun : undefined} />
    </TranscriptContext>
  );
}
