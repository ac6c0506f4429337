import * as request from '../requests.js';
import { usageReport } from '../usage.js';
import type { Route } from './route.js';

export const usageRoutes = {
  getUsage: {
    method: 'GET',
    path: '/admin/usage',
    summary: 'What runs used, by project, session, agent, model or day',
    query: request.usageQuery,
    response: usageReport,
    status: 200,
    auth: 'header',
    errors: [],
  },
} as const satisfies Record<string, Route>;
