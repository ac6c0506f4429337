/** The floor of the streams: a bare SSE writer that gives every reader the same frames, each at its own pace. */
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { answerJobs } from '../run/bench-child.js';

export interface SseFloorJob {
  frames: string[];
  framesPerWrite: number;
}

const readers = new Set<ServerResponse>();

/** GET opens a stream, POST sends the frames down all of them. */
async function start({ frames, framesPerWrite }: SseFloorJob): Promise<{ port: number }> {
  const writes: Buffer[] = [];
  for (let at = 0; at < frames.length; at += framesPerWrite) {
    writes.push(Buffer.from(frames.slice(at, at + framesPerWrite).join('')));
  }
  const server = createServer((request, response) => {
    if (request.method === 'GET') return openStream(response);
    request.resume();
    response.writeHead(201, { 'content-length': 2 }).end('{}');
    for (const reader of readers) void writeAll(reader, writes);
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return { port: (server.address() as AddressInfo).port };
}

function openStream(response: ServerResponse): void {
  response.writeHead(200, {
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-store',
  });
  response.write('event: ack\ndata: {}\n\n');
  readers.add(response);
  response.on('close', () => readers.delete(response));
  response.on('error', () => undefined);
}

async function writeAll(reader: ServerResponse, writes: readonly Buffer[]): Promise<void> {
  for (const bytes of writes) {
    if (reader.destroyed) return;
    if (!reader.write(bytes)) await drained(reader);
  }
}

function drained(reader: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      reader.off('drain', done);
      reader.off('close', done);
      resolve();
    };
    reader.on('drain', done);
    reader.on('close', done);
  });
}

answerJobs(start);
