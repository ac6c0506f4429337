import { useParkedRun } from '../../../../data/parking';
import { ParkedCard } from '../../../../parts/parked-card';
import type { Parked, RunFacts } from '../model/items';
import { NoticeRow } from '../notice-row';
import { useTranscript } from '../transcript-context';

/** A run that was set aside: a card while it waits, a line afterwards. */
export function ParkedRow({ item, run }: { item: Parked; run: RunFacts | undefined }) {
  const { parking } = item;
  if (run !== undefined && waits(item, run)) return <Waiting item={item} run={run} />;
  return (
    <NoticeRow notice={{ ...item, kind: 'notice', level: 'warn', words: `Parked: ${parking.message}` }} />
  );
}

function Waiting({ item: { parking }, run }: { item: Parked; run: RunFacts }) {
  const { session } = useTranscript();
  const { runId, autoResume = parking.autoResume } = run;
  const { mutate, isPending, error } = useParkedRun(session.sessionId);
  return (
    <ParkedCard
      parking={{ ...parking, autoResume }}
      busy={isPending}
      error={error}
      onResume={(raise) => mutate({ act: 'resume', runId, raise })}
      onCancel={() => mutate({ act: 'cancel', runId })}
      onAutoResume={(on) => mutate({ act: 'auto_resume', runId, autoResume: on })}
    />
  );
}

function waits({ seq }: Parked, { endedAt, leftSeq, claimedSeq = 0, resumedSeq = 0 }: RunFacts): boolean {
  return endedAt === undefined && leftSeq === seq && claimedSeq < seq && resumedSeq < seq;
}
