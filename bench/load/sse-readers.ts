/** Many readers of event streams in one process, lean enough not to be what is measured. */
import { connect, type Socket } from 'node:net';
import { answerJobs } from '../run/bench-child.js';
import { wallMs } from '../run/statistics.js';
import type { SseJob, SseResult } from './sse-job.js';
import { SseReader } from './sse-reader.js';

const bufferBytes = 256 * 1024;

let readers: SseReader[] = [];
let sockets: Socket[] = [];
let cpuBefore = process.cpuUsage();
/** Readers that have not seen this seq yet keep `expect` waiting. */
let target = Number.POSITIVE_INFINITY;
let missing = 0;
let lastAtMs = 0;
let allArrived: () => void = () => undefined;

/** One buffer for all sockets: what is left of one chunk is kept by its reader. */
const shared = SseReader.sharedBuffer(bufferBytes);

function perform(job: SseJob): Promise<SseResult> {
  if (job.kind === 'open') return open(job);
  if (job.kind === 'expect') return expectUpTo(job);
  for (const socket of sockets) socket.destroy();
  readers = [];
  sockets = [];
  return Promise.resolve(found());
}

async function open({ port, path, readers: count, afterSeq }: Extract<SseJob, { kind: 'open' }>) {
  target = Number.POSITIVE_INFINITY;
  await Promise.all(Array.from({ length: count }, () => openOne(port, path, afterSeq)));
  cpuBefore = process.cpuUsage();
  return found();
}

/** Resolves when the stream has begun. */
function openOne(port: number, path: string, afterSeq: number): Promise<void> {
  const reader = new SseReader(afterSeq);
  readers.push(reader);
  return new Promise((resolve, reject) => {
    const onChunk = (bytes: number): boolean => {
      const before = reader.lastSeq;
      reader.take(shared, bytes);
      if (reader.begun) resolve();
      if (before < target && reader.lastSeq >= target) arrive();
      return true;
    };
    const socket = connect({
      port,
      host: '127.0.0.1',
      onread: { buffer: shared.incoming, callback: onChunk },
    });
    socket.on('error', reject);
    socket.on('close', () => reject(new Error('a stream was closed')));
    socket.write(
      `GET ${path} HTTP/1.1\r\nhost: 127.0.0.1\r\nx-cp-token: dev\r\naccept: text/event-stream\r\n\r\n`,
    );
    sockets.push(socket);
  });
}

function arrive(): void {
  missing -= 1;
  lastAtMs = wallMs();
  if (missing === 0) allArrived();
}

function expectUpTo({ headSeq, timeoutMs }: Extract<SseJob, { kind: 'expect' }>): Promise<SseResult> {
  lastAtMs = Math.max(0, ...readers.map((reader) => reader.lastAtMs));
  target = headSeq;
  missing = readers.filter((reader) => reader.lastSeq < headSeq).length;
  if (missing === 0) return Promise.resolve(found());
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(found()), timeoutMs);
    allArrived = () => {
      clearTimeout(timer);
      resolve(found());
    };
  });
}

function found(): SseResult {
  const sum = (pick: (reader: SseReader) => number) =>
    readers.reduce((total, reader) => total + pick(reader), 0);
  const { user, system } = process.cpuUsage(cpuBefore);
  const behind =
    target === Number.POSITIVE_INFINITY ? 0 : sum(({ lastSeq }) => Math.max(0, target - lastSeq));
  return {
    deliveries: sum(({ deliveries }) => deliveries),
    lost: sum(({ lost }) => lost) + behind,
    duplicated: sum(({ duplicated }) => duplicated),
    lastAtMs,
    cpuMs: (user + system) / 1000,
  };
}

answerJobs(perform);
