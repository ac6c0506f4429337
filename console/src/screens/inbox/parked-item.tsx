import { useRef } from 'react';
import { useShortcut } from '../../app/shortcuts';
import { type ParkedAct, useParkedRun } from '../../data/parking';
import type { ParkedRun } from '../../data/waiting';
import { ParkedCard } from '../../parts/parked-card';
import { useToasts } from '../../parts/toasts';
import { SessionLink } from './session-link';

interface ParkedItemProps {
  run: ParkedRun;
  /** Keys answer this one. */
  current: boolean;
  onAnswered: () => void;
}

export function ParkedItem({ run, current, onAnswered }: ParkedItemProps) {
  const { parked, runId, sessionId, projectId, inputPreview } = run;
  const toasts = useToasts();
  const { mutate, mutateAsync, isPending, variables, error } = useParkedRun(sessionId);
  const card = useRef<HTMLDivElement>(null);
  const answer = (act: ParkedAct, words: string) => {
    onAnswered();
    toasts.follow(mutateAsync(act), words, { showsError: true });
  };
  const resume = () => answer({ act: 'resume', runId }, 'The run goes on.');
  // The box is as it was set while the answer is on its way.
  const autoResume = isPending && variables.act === 'auto_resume' ? variables.autoResume : parked.autoResume;
  return (
    <div ref={card}>
      {current && (
        <ResumeKey
          onPress={() => {
            if (parked.reason === 'budget') card.current?.querySelector('input')?.focus();
            else if (!isPending) resume();
          }}
        />
      )}
      <ParkedCard
        parking={{ ...parked, autoResume }}
        from={
          <>
            <SessionLink sessionId={sessionId} projectId={projectId} />
            <p className="truncate">{inputPreview}</p>
          </>
        }
        busy={isPending}
        error={error}
        onResume={(raise) =>
          raise === undefined
            ? resume()
            : answer({ act: 'resume', runId, raise }, 'The budget is raised, and the run goes on.')
        }
        onCancel={() => answer({ act: 'cancel', runId }, 'The run is cancelled.')}
        onAutoResume={(wanted) => mutate({ act: 'auto_resume', runId, autoResume: wanted })}
      />
    </div>
  );
}

function ResumeKey({ onPress }: { onPress: () => void }) {
  useShortcut('r', 'Let the run go on', onPress);
  return null;
}
