import type { RunStatus } from '../../contract/index.js';
import type { SessionFileStore } from '../../core/index.js';
import type { Connection } from './connection.js';
import { beginImport } from './import-session.js';
import { sessionFrom, sessionSelect } from './rows.js';

export function sessionFileStore(connection: Connection): SessionFileStore {
  return {
    findSnapshot: (sessionId) =>
      connection.read(() => {
        const row = connection.get(`${sessionSelect} WHERE session_id = ?`, sessionId);
        if (row === undefined) return undefined;
        const open = connection.all(
          'SELECT run_id, status, started_at FROM runs WHERE session_key = ? AND completed_at IS NULL',
          row.session_key as number,
        );
        return {
          session: sessionFrom(row),
          direct: row.direct_harness === 1,
          runCount: row.run_count as number,
          openRuns: open.map(({ run_id, status, started_at }) => ({
            runId: run_id as string,
            status: status as RunStatus,
            ...(started_at === null ? {} : { startedAt: started_at as number }),
          })),
        };
      }),

    findKnownIds: (ids) =>
      connection.read(() => {
        const isKnown = (id: string) =>
          connection.get('SELECT 1 FROM sessions WHERE session_id = ?', id) ??
          connection.get('SELECT 1 FROM runs WHERE run_id = ?', id);
        return new Set(ids.filter((id) => isKnown(id) !== undefined));
      }),

    beginImport: (runCount) => beginImport(connection, runCount),
  };
}
