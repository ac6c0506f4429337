/** The one place that puts an event into its envelope: by joining text, because the event was serialised before. */
import type { StoredEvent } from './ports/store.js';

export interface LogIdentity {
  projectId: string;
  sessionId: string;
}

/** A log is named by its session: `streamId` tells a reader which counter `seq` belongs to. */
export function streamIdOf(sessionId: string): string {
  return sessionId;
}

/** Everything of the envelope that is the same for all events of a log; made once per page or stream. */
export function envelopeRenderer({ projectId, sessionId }: LogIdentity): (event: StoredEvent) => string {
  const owner = `"projectId":${JSON.stringify(projectId)},"sessionId":${JSON.stringify(sessionId)},`;
  const stream = `"streamId":${JSON.stringify(streamIdOf(sessionId))},`;
  return ({ seq, type, ts, runId, source, json }) => {
    const run = runId === undefined ? '' : `"runId":"${runId}",`;
    return `{"seq":${seq},"type":"${type}","ts":${ts},${owner}${run}${stream}"source":"${source}","event":${json}}`;
  };
}
