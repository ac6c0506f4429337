/** The load generator: a process of its own that keeps a number of connections busy. */
import { answerJobs } from '../run/bench-child.js';
import { spreadOf } from '../run/statistics.js';
import { getRequest, HttpConnection, postRequest } from './http-connection.js';
import type { LoadJob, LoadResult } from './load-job.js';

const waitTimeoutMs = 60_000;

async function runLoad(job: LoadJob): Promise<LoadResult> {
  const connections = await Promise.all(job.lanes.map(() => HttpConnection.open(job.port)));
  const requests = job.lanes.map(({ body }) => postRequest('/admin/runs', body));
  const latenciesMs: number[] = [];
  const cpuBefore = process.cpuUsage();
  const startedMs = performance.now();
  const endMs = startedMs + (job.durationMs ?? Number.POSITIVE_INFINITY);
  const times = job.times ?? Number.POSITIVE_INFINITY;
  try {
    await Promise.all(
      connections.map(async (connection, lane) => {
        const request = requests[lane] as string;
        let beforeMs = performance.now();
        for (let done = 0; done < times && beforeMs < endMs; done += 1) {
          await runFlow(connection, request, job.wait);
          const afterMs = performance.now();
          latenciesMs.push(afterMs - beforeMs);
          beforeMs = afterMs;
        }
      }),
    );
  } finally {
    for (const connection of connections) connection.close();
  }
  const elapsedMs = performance.now() - startedMs;
  const { user, system } = process.cpuUsage(cpuBefore);
  return {
    flows: latenciesMs.length,
    elapsedMs,
    perSecond: (latenciesMs.length / elapsedMs) * 1000,
    latency: spreadOf(latenciesMs),
    generatorShare: (user + system) / 1000 / elapsedMs,
  };
}

async function runFlow(connection: HttpConnection, request: string, wait: boolean): Promise<void> {
  const admitted = await connection.send(request);
  if (admitted.status !== 201) throw new Error(`POST answered ${admitted.status}: ${admitted.body}`);
  if (!wait) return;
  const runId = /"runId":"([^"]+)"/.exec(admitted.body)?.[1];
  const ended = await connection.send(getRequest(`/admin/runs/${runId}/wait?timeoutMs=${waitTimeoutMs}`));
  if (ended.status !== 200 || !ended.body.includes('"status":"completed"')) {
    throw new Error(`the run did not complete: ${ended.status} ${ended.body}`);
  }
}

answerJobs(runLoad);
