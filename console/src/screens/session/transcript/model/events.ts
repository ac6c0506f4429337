/** What each event says, for a transcript. Types without a line here say nothing that a reader of it needs. */
import type { EventEnvelope, SessionEvent } from 'quarterdeck/client';
import type { EnvelopeOf } from './items';
import { endMessage, startMessage, updateMessage } from './message-events';
import * as run from './run-events';
import { askForTool, decideForTool, endTool, startTool, updateTool } from './tool-events';
import type { Transcript } from './transcript';

type Take<Type extends SessionEvent['type']> = (transcript: Transcript, envelope: EnvelopeOf<Type>) => void;

const takers: { [Type in SessionEvent['type']]?: Take<Type> } = {
  run_queued: run.queueRun,
  run_edited: run.editRun,
  run_injecting: run.claimRun,
  run_requeued: run.requeueRun,
  run_started: run.startRun,
  run_parked: run.parkRun,
  run_resumed: run.resumeRun,
  auto_resume_set: run.setAutoResume,
  run_completed: run.completeRun,
  run_failed: run.failRun,
  run_cancelled: run.cancelRun,
  cancel_requested: run.askToCancel,
  message_start: startMessage,
  message_update: updateMessage,
  message_end: endMessage,
  tool_execution_start: startTool,
  tool_execution_update: updateTool,
  tool_execution_end: endTool,
  permission_request: askForTool,
  permission_decision: decideForTool,
  queue_paused: mark,
  queue_resumed: mark,
  session_forked: mark,
  session_updated: mark,
  notice: takeNotice,
};

export function takeEvent(transcript: Transcript, envelope: EventEnvelope): void {
  const take = takers[envelope.event.type] as Take<SessionEvent['type']> | undefined;
  take?.(transcript, envelope);
}

function mark(transcript: Transcript, { seq, event }: EventEnvelope): void {
  transcript.put({ kind: 'marker', key: `event:${seq}`, seq, lastSeq: seq, event });
}

function takeNotice(transcript: Transcript, { seq, runId, event }: EnvelopeOf<'notice'>): void {
  const { level, message } = event;
  transcript.put({ kind: 'notice', key: `event:${seq}`, seq, lastSeq: seq, runId, level, words: message });
}
