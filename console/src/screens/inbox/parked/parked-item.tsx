/** A run that was set aside at a limit: why, until when, and how it goes on. */
import { CirclePause } from 'lucide-react';
import { useState } from 'react';
import { useShortcut } from '../../../app/shortcuts';
import { useCancelRun, useResumeRun, useSetAutoResume } from '../../../data/runs';
import type { ParkedRun } from '../../../data/waiting';
import { Button } from '../../../parts/button';
import { Kbd } from '../../../parts/kbd';
import { ErrorNotice } from '../../../parts/notices';
import { TimeAgo } from '../../../parts/time-ago';
import { useToasts } from '../../../parts/toasts';
import { SessionLink } from '../session-link';
import { RaiseForm } from './raise-form';

interface ParkedItemProps {
  run: ParkedRun;
  /** Keys answer this one. */
  current: boolean;
  onAnswered: () => void;
}

const resumeKey = 'r';

export function ParkedItem({ run, current, onAnswered }: ParkedItemProps) {
  const { parked, sessionId, projectId, inputPreview } = run;
  const toasts = useToasts();
  const resume = useResumeRun(run);
  const cancel = useCancelRun(run);
  const [raising, setRaising] = useState(false);
  const done = (words: string) => ({
    onSuccess: () => {
      toasts.done(words);
      onAnswered();
    },
  });
  const isBudget = parked.reason === 'budget';
  const goOn = () => (isBudget ? setRaising(true) : resume.mutate(undefined, done('The run goes on.')));
  const busy = resume.isPending || cancel.isPending;
  return (
    <section
      aria-label={`Parked run: ${inputPreview}`}
      className="flex flex-col gap-3 rounded-lg border border-line bg-panel p-3 sm:p-4"
    >
      {current && <ResumeKey onPress={goOn} />}
      <header className="flex flex-wrap items-center gap-x-2 gap-y-1 text-sm">
        <CirclePause size={18} aria-hidden className="shrink-0 text-attention" />
        <p className="font-semibold">{isBudget ? 'A budget is used up' : 'A usage limit was reached'}</p>
        <span className="ml-auto text-xs text-muted">
          <TimeAgo at={parked.parkedAt} />
        </span>
      </header>
      <div className="text-sm text-muted">
        <SessionLink sessionId={sessionId} projectId={projectId} />
        <p className="truncate">{inputPreview}</p>
      </div>
      <p className="text-sm break-words">{parked.message}</p>
      {parked.resumesAt !== undefined && <ByItself run={run} resumesAt={parked.resumesAt} />}
      {(resume.error ?? cancel.error) !== null && <ErrorNotice error={resume.error ?? cancel.error} />}
      {raising ? (
        <RaiseForm
          message={parked.message}
          busy={busy}
          onRaise={(raise) => resume.mutate(raise, done('The budget is raised, and the run goes on.'))}
          onBack={() => setRaising(false)}
        />
      ) : (
        <div className="flex flex-wrap gap-2">
          <Button look="primary" disabled={busy} onClick={goOn}>
            {isBudget ? 'Raise the budget …' : 'Resume now'}
            {current && (
              <span aria-hidden className="hidden sm:inline">
                <Kbd keys={resumeKey} />
              </span>
            )}
          </Button>
          <Button
            look="danger"
            disabled={busy}
            onClick={() => cancel.mutate(undefined, done('The run is cancelled.'))}
          >
            Cancel the run
          </Button>
        </div>
      )}
    </section>
  );
}

const time = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'short' });

/** There is a time from which a new try makes sense: it may begin by itself. */
function ByItself({ run, resumesAt }: { run: ParkedRun; resumesAt: number }) {
  const toasts = useToasts();
  const set = useSetAutoResume(run);
  return (
    <label className="flex items-center gap-2 text-sm">
      <input
        type="checkbox"
        checked={set.isPending ? set.variables : run.parked.autoResume}
        onChange={(event) => set.mutate(event.target.checked, { onError: toasts.failed })}
      />
      <span>
        Go on by itself at <time dateTime={new Date(resumesAt).toISOString()}>{time.format(resumesAt)}</time>
      </span>
    </label>
  );
}

function ResumeKey({ onPress }: { onPress: () => void }) {
  useShortcut(resumeKey, 'Let the run go on', onPress);
  return null;
}
