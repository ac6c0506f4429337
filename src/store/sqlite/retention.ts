import type { RetentionStore } from '../../core/index.js';
import { type CompactionPlace, compactPortion } from './compact-runs.js';
import type { Connection } from './connection.js';
import { removeSession } from './remove-session.js';
import { markLongLogs, trimPortion } from './trim-logs.js';

const archivedSelect = `SELECT session_id FROM sessions s WHERE archived_at < ? AND NOT EXISTS (SELECT 1 FROM sessions f
  WHERE f.forked_from_session = s.session_id AND f.fork_continuation IS NOT NULL) ORDER BY archived_at LIMIT 1`;

export function retentionStore(connection: Connection): RetentionStore {
  let place: CompactionPlace | undefined;
  let marked = false;
  return {
    compactLogs: async (endedBefore) => {
      const portion = await connection.write((tx) => compactPortion(tx, endedBefore, place));
      place = portion.place;
      return portion.more;
    },

    trimLogs: async (rule) => {
      // Logs that were long before there was a bound, or came in from a file before a start.
      if (!marked && rule.eventsMax > 0) await connection.write((tx) => markLongLogs(tx, rule.eventsMax));
      marked = true;
      return connection.write((tx) => trimPortion(tx, rule));
    },

    deleteArchived: async (at) => {
      // Looks before it writes: nearly always nothing is due.
      const due = await connection.read(() => connection.get(archivedSelect, at));
      if (due === undefined) return undefined;
      return connection.write(
        (tx) => {
          tx.flush();
          const row = tx.get(archivedSelect, at);
          return row && removeSession(tx, tx.session(row.session_id as string));
        },
        { durable: true },
      );
    },
  };
}
