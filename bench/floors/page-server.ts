/** The floor of a page: a bare HTTP server that reads so many rows of the same file by primary key and answers them. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { answerJobs } from '../run/bench-child.js';
import { openFloorDatabase } from './floor-database.js';

export interface PageFloorJob {
  databaseFile: string;
}

/** `GET /:sessionKey/:firstSeq/:limit` */
async function start({ databaseFile }: PageFloorJob): Promise<{ port: number }> {
  const database = await openFloorDatabase(databaseFile);
  const select = database.prepare(
    'SELECT seq, type, ts, data FROM events WHERE session_key = ? AND seq >= ? ORDER BY seq LIMIT ?',
  );
  const server = createServer((request, response) => {
    const [, sessionKey, firstSeq, limit] = (request.url ?? '').split('/').map(Number);
    const rows = select.all(sessionKey as number, firstSeq as number, limit as number) as Record<
      string,
      unknown
    >[];
    const events = rows.map(
      ({ seq, type, ts, data }) => `{"seq":${seq},"type":"${type}","ts":${ts},"event":${data}}`,
    );
    const body = `{"events":[${events.join(',')}]}`;
    response.writeHead(200, {
      'content-type': 'application/json; charset=utf-8',
      'content-length': Buffer.byteLength(body),
    });
    response.end(body);
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return { port: (server.address() as AddressInfo).port };
}

answerJobs(start);
