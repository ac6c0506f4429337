import { z } from 'zod';
import { harnessList, harnessName } from '../harnesses.js';
import type { Route } from './route.js';

export const serverStatus = z.object({
  status: z.literal('ok'),
  version: z.string(),
  startedAt: z.int(),
  /** The server's time: clients whose clock is wrong count from it. */
  now: z.int(),
  uptimeMs: z.int(),
  store: z.string(),
  activeRuns: z.int(),
  /** So many at once. */
  activeRunsMax: z.int(),
  /** The same of each agent, in the order of `harnesses`. */
  slots: z.array(z.object({ harness: harnessName, activeRuns: z.int(), activeRunsMax: z.int() })),
  openStreams: z.int(),
  /** The settings of what is removed by itself, by their names; 0 keeps it for good. */
  retention: z.object({
    deltasKeptMs: z.int(),
    logsKeptMs: z.int(),
    logEventsMax: z.int(),
    archivedKeptMs: z.int(),
    answersKeptMs: z.int(),
  }),
  harnesses: z.array(harnessName),
});
export type ServerStatus = z.infer<typeof serverStatus>;

export const serverRoutes = {
  getHealth: {
    method: 'GET',
    path: '/healthz',
    summary: 'Whether the process answers',
    response: z.object({ status: z.literal('ok') }),
    status: 200,
    auth: 'none',
    errors: [],
  },
  getReadiness: {
    method: 'GET',
    path: '/readyz',
    summary: 'Whether new runs are taken',
    response: z.object({ status: z.literal('ready') }),
    status: 200,
    auth: 'none',
    errors: ['draining', 'store_unavailable'],
  },
  getOpenApi: {
    method: 'GET',
    path: '/openapi.json',
    summary: 'This description, as OpenAPI 3.1',
    response: z.unknown(),
    status: 200,
    auth: 'none',
    errors: [],
  },
  getStatus: {
    method: 'GET',
    path: '/admin/status',
    summary: 'State of the server',
    response: serverStatus,
    status: 200,
    auth: 'header',
    errors: [],
  },
  listHarnesses: {
    method: 'GET',
    path: '/admin/harnesses',
    summary: 'The agents that can be driven: what they can do, and whether their programs are there',
    response: harnessList,
    status: 200,
    auth: 'header',
    errors: [],
  },
} as const satisfies Record<string, Route>;
