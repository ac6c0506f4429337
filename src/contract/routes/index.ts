/**
 * The route table: every route of the server with what it takes and answers. The server, the OpenAPI document and the
 * clients derive from it; nothing about a route is said anywhere else.
 */
import type { z } from 'zod';
import { permissionRoutes } from './permission-routes.js';
import { projectRoutes } from './project-routes.js';
import { runRoutes } from './run-routes.js';
import { serverRoutes } from './server-routes.js';
import { sessionRoutes } from './session-routes.js';
import { usageRoutes } from './usage-routes.js';

export type { Route } from './route.js';
export type { ServerStatus } from './server-routes.js';

/** The same, by what the routes are about. */
export const routeGroups = {
  server: serverRoutes,
  projects: projectRoutes,
  sessions: sessionRoutes,
  runs: runRoutes,
  permissions: permissionRoutes,
  usage: usageRoutes,
} as const;

export const routes = {
  ...serverRoutes,
  ...projectRoutes,
  ...sessionRoutes,
  ...runRoutes,
  ...permissionRoutes,
  ...usageRoutes,
} as const;

export type Routes = typeof routes;
export type RouteName = keyof Routes;

type Field<Name extends RouteName, Key extends string> =
  Routes[Name] extends Record<Key, infer Schema extends z.ZodType> ? z.output<Schema> : undefined;

/** What a handler gets once the request is validated. */
export interface ValidRequest<Name extends RouteName> {
  params: Field<Name, 'params'>;
  query: Field<Name, 'query'>;
  body: Field<Name, 'body'>;
}

export type RouteResponse<Name extends RouteName> = z.output<Routes[Name]['response']>;

/** What a caller sends: validation fills in what may be left out. */
export type RouteBody<Name extends RouteName> = Routes[Name] extends { body: infer Schema extends z.ZodType }
  ? z.input<Schema>
  : undefined;
