import type { RetentionStore } from '../../core/index.js';
import { type CompactionPlace, compactPortion } from './compact-runs.js';
import type { Connection } from './connection.js';
import { trimPortion } from './trim-logs.js';

export function retentionStore(connection: Connection): RetentionStore {
  let place: CompactionPlace | undefined;
  return {
    compactLogs: async (endedBefore) => {
      const portion = await connection.write((tx) => compactPortion(tx, endedBefore, place));
      place = portion.place;
      return portion.more;
    },

    trimLogs: (rule) => connection.write((tx) => trimPortion(tx, rule)),

    listArchivedBefore: (at, limit) =>
      connection.read(() =>
        connection
          .all(
            `SELECT session_id FROM sessions s WHERE archived_at < ? AND NOT EXISTS (SELECT 1 FROM sessions f
              WHERE f.forked_from_session = s.session_id AND f.fork_continuation IS NOT NULL)
              ORDER BY archived_at LIMIT ?`,
            at,
            limit,
          )
          .map((row) => row.session_id as string),
      ),
  };
}
