import { GitFork, RotateCcw } from 'lucide-react';
import { useFollowFork } from '../../../../app/use-follow-fork';
import { useEndedRun, useFork, useRetry } from '../../../../data/session';
import { Button } from '../../../../parts/button';
import { StatusBadge } from '../../../../parts/status-badge';
import { useToasts } from '../../../../parts/toasts';
import { SeqLink } from '../../seq-link';
import { Prompt } from '../message/prompt';
import type { RunEnd, RunFacts } from '../model/items';
import { useTranscript } from '../transcript-context';
import { RunTimeline } from './run-timeline';
import { RunUsage } from './run-usage';

/** How a run ended, what it used, and what can follow from here. */
export function RunEndRow({ item, run }: { item: RunEnd; run: RunFacts | undefined }) {
  const { session } = useTranscript();
  if (run?.status === undefined) return null;
  const { runId, status, error, reason, claimedAt, prompt } = run;
  return (
    <div className="border-t border-line pt-2">
      {claimedAt === undefined && prompt !== undefined && <Prompt text={prompt.content} />}
      {error !== undefined && (
        <div className="mb-2 rounded-md bg-bad-soft px-3 py-2 text-sm text-bad wrap-anywhere">
          <p>{error.message}</p>
          <p className="mt-1 font-mono text-xs">{error.code}</p>
        </div>
      )}
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1 text-xs text-muted">
        <StatusBadge status={status} />
        {status === 'cancelled' && <span className="wrap-anywhere">{reason ?? 'Cancelled'}</span>}
        <RunTimeline run={run} />
        <RunUsage runId={runId} />
        <span className="ml-auto flex items-center gap-1">
          <SeqLink sessionId={session.sessionId} seq={item.seq} />
          <RunActions runId={runId} />
        </span>
      </div>
    </div>
  );
}

function RunActions({ runId }: { runId: string }) {
  const { session } = useTranscript();
  const toasts = useToasts();
  const followFork = useFollowFork();
  const retry = useRetry(session.sessionId);
  const fork = useFork(session.sessionId);
  const { data: details } = useEndedRun(runId);
  return (
    <>
      <Button
        look="quiet"
        size="small"
        icon={<RotateCcw size={14} aria-hidden />}
        disabled={retry.isPending}
        onClick={() => toasts.follow(retry.mutateAsync(runId), 'Queued once more')}
      >
        Retry
      </Button>
      {details?.injectedInto === undefined && (
        <Button
          look="quiet"
          size="small"
          icon={<GitFork size={14} aria-hidden />}
          title="Open a session that goes on from here"
          disabled={fork.isPending}
          onClick={() => followFork(fork.mutateAsync(runId))}
        >
          Fork
        </Button>
      )}
    </>
  );
}
