/** Records of processes, and the removal of what is due, in portions that never hold the loop for long. */
import type { Store } from '../../core/index.js';
import type { Connection } from './connection.js';
import { purgeImport } from './import-session.js';
import { removeFromIndex } from './search-index.js';

const purgeEventsMax = 2000;
const purgeAnswersMax = 1000;
const purgeEntriesMax = 1000;

export function housekeeping(
  connection: Connection,
): Pick<Store, 'recordProcess' | 'forgetProcess' | 'listProcesses' | 'purge'> {
  return {
    recordProcess: ({ harnessProcessId, pid, startTicks, mark }) =>
      connection.write((tx) => {
        tx.run(
          'INSERT INTO processes (harness_process_id, pid, start_ticks, mark) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING',
          harnessProcessId,
          pid,
          startTicks,
          mark,
        );
      }),

    forgetProcess: (harnessProcessId) =>
      connection.write((tx) => {
        tx.run('DELETE FROM processes WHERE harness_process_id = ?', harnessProcessId);
      }),

    listProcesses: () =>
      connection.read(() =>
        connection.all('SELECT * FROM processes').map((row) => ({
          harnessProcessId: row.harness_process_id as string,
          pid: row.pid as number,
          startTicks: row.start_ticks as number,
          mark: row.mark as string,
        })),
      ),

    purge: (answersBefore) =>
      connection.write((tx) => {
        const answers = tx.run(
          'DELETE FROM answers WHERE rowid IN (SELECT rowid FROM answers WHERE created_at < ? LIMIT ?)',
          answersBefore,
          purgeAnswersMax,
        );
        const purge = tx.get('SELECT session_key FROM purges LIMIT 1');
        if (purge === undefined) return answers === purgeAnswersMax;
        const key = purge.session_key as number;
        if (removeFromIndex(tx, key, Number.MAX_SAFE_INTEGER, purgeEntriesMax) > 0) return true;
        if (purgeImport(tx, key)) return true;
        const events = tx.run(
          `DELETE FROM events WHERE session_key = ? AND seq IN
            (SELECT seq FROM events WHERE session_key = ? ORDER BY seq LIMIT ?)`,
          key,
          key,
          purgeEventsMax,
        );
        if (events < purgeEventsMax) {
          tx.run('DELETE FROM search_progress WHERE session_key = ?', key);
          tx.run('DELETE FROM purges WHERE session_key = ?', key);
        }
        return true;
      }),
  };
}
