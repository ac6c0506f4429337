/**
 * The floor of everything that comes over HTTP: a bare `node:http` server that reads the same requests, makes one
 * durable row of each where asked to, and answers the same bytes. It checks nothing and knows nothing.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { answerJobs } from '../run/bench-child.js';
import { openFloorDatabase } from './floor-database.js';

export interface HttpFloorJob {
  /** Absent: nothing is written. */
  databaseFile?: string;
  /** Written for each POST. */
  postRow: string;
  postAnswer: string;
  /** Written for each GET; absent: nothing. */
  getRow?: string;
  getAnswer: string;
}

export interface HttpFloor {
  port: number;
}

type WriteRow = (row: string | undefined) => void;

async function start(job: HttpFloorJob): Promise<HttpFloor> {
  const writeRow = await rowWriter(job.databaseFile);
  const post = { status: 201, body: Buffer.from(job.postAnswer), row: job.postRow };
  const get = { status: 200, body: Buffer.from(job.getAnswer), row: job.getRow };
  const server = createServer((request, response) => {
    answer(request, response, request.method === 'POST' ? post : get, writeRow);
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return { port: (server.address() as AddressInfo).port };
}

function answer(
  request: IncomingMessage,
  response: ServerResponse,
  { status, body, row }: { status: number; body: Buffer; row: string | undefined },
  writeRow: WriteRow,
): void {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    writeRow(row);
    response.writeHead(status, {
      'content-type': 'application/json; charset=utf-8',
      'content-length': body.length,
      'cache-control': 'no-store',
    });
    response.end(body);
  });
}

async function rowWriter(file: string | undefined): Promise<WriteRow> {
  if (file === undefined) return () => undefined;
  const database = await openFloorDatabase(file);
  database.exec('CREATE TABLE IF NOT EXISTS rows (id INTEGER PRIMARY KEY, data TEXT NOT NULL)');
  const insert = database.prepare('INSERT INTO rows (data) VALUES (?)');
  return (row) => {
    if (row !== undefined) insert.run(row);
  };
}

answerJobs(start);
