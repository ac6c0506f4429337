/** A run is told from where it was taken out of the queue: until then its place in the log says nothing. */
import type { EnvelopeOf, RunFacts } from './items';
import type { Transcript } from './transcript';

export function queueRun(transcript: Transcript, { event }: EnvelopeOf<'run_queued'>): void {
  const { runId, input, queuedAt, retryOf } = event;
  transcript.setRun({ runId, prompt: input, queuedAt, retryOf });
}

export function editRun(transcript: Transcript, { event }: EnvelopeOf<'run_edited'>): void {
  const { runId, input } = event;
  transcript.setRun({ runId, prompt: { ...transcript.runs.get(runId)?.prompt, ...input } });
}

export function claimRun(transcript: Transcript, { seq, event }: EnvelopeOf<'run_injecting'>): void {
  const { runId, claimedAt } = event;
  transcript.setRun({ runId, claimedAt, claimedSeq: seq });
  transcript.claimedRunId = runId;
  begin(transcript, runId, seq);
}

export function requeueRun(transcript: Transcript, { seq, event }: EnvelopeOf<'run_requeued'>): void {
  const { runId, reason } = event;
  transcript.setRun({ runId, leftSeq: seq });
  const words = `Put back into the queue: ${reason}`;
  transcript.put({ kind: 'notice', key: `event:${seq}`, seq, lastSeq: seq, runId, level: 'info', words });
}

export function parkRun(transcript: Transcript, { seq, event }: EnvelopeOf<'run_parked'>): void {
  const { type: _, runId, projectId: __, ...parking } = event;
  transcript.setRun({ runId, leftSeq: seq, autoResume: parking.autoResume });
  transcript.put({ kind: 'parked', key: `event:${seq}`, seq, lastSeq: seq, runId, parking });
}

export function resumeRun(transcript: Transcript, { seq, event }: EnvelopeOf<'run_resumed'>): void {
  const { runId, source } = event;
  const words = source === 'auto' ? 'The run goes on by itself' : 'The run goes on';
  transcript.setRun({ runId, resumedSeq: seq });
  transcript.put({ kind: 'notice', key: `event:${seq}`, seq, lastSeq: seq, runId, level: 'info', words });
}

export function setAutoResume(transcript: Transcript, { event }: EnvelopeOf<'auto_resume_set'>): void {
  transcript.setRun({ runId: event.runId, autoResume: event.autoResume });
}

export function startRun(transcript: Transcript, { event }: EnvelopeOf<'run_started'>): void {
  const { runId, startedAt } = event;
  transcript.setRun({ runId, startedAt: transcript.runs.get(runId)?.startedAt ?? startedAt });
}

export function askToCancel(transcript: Transcript, { event }: EnvelopeOf<'cancel_requested'>): void {
  transcript.setRun({ runId: event.runId, cancelAskedAt: event.requestedAt });
}

export function completeRun(transcript: Transcript, { seq, event }: EnvelopeOf<'run_completed'>): void {
  const { runId, completedAt, injectedInto } = event;
  const facts: RunFacts = { runId, status: 'completed', endedAt: completedAt };
  // The turn of another run took it in: its prompt and its answer stand there.
  if (injectedInto !== undefined) transcript.setRun(facts);
  else end(transcript, facts, seq);
}

export function failRun(transcript: Transcript, { seq, event }: EnvelopeOf<'run_failed'>): void {
  const { runId, failedAt, error } = event;
  end(transcript, { runId, status: 'failed', endedAt: failedAt, error }, seq);
}

export function cancelRun(transcript: Transcript, { seq, event }: EnvelopeOf<'run_cancelled'>): void {
  const { runId, cancelledAt, reason } = event;
  end(transcript, { runId, status: 'cancelled', endedAt: cancelledAt, reason }, seq);
}

function begin(transcript: Transcript, runId: string, seq: number): void {
  const key = startKey(runId);
  if (transcript.find(key) === undefined)
    transcript.put({ kind: 'run_start', key, seq, lastSeq: seq, runId });
}

function end(transcript: Transcript, facts: RunFacts, seq: number): void {
  const { runId } = facts;
  transcript.setRun(facts);
  transcript.put({ kind: 'run_end', key: `run_end:${runId}`, seq, lastSeq: seq, runId });
}

export function startKey(runId: string): string {
  return `run_start:${runId}`;
}
