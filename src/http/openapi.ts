/** The OpenAPI 3.1 document, made from the route table and its schemas when somebody asks for it. */
import type { z } from 'zod';
import { type ErrorCode, type Route, type RouteName, routeGroups } from '../contract/index.js';
import { errorStatus } from './error-status.js';
import { bodyExamples } from './openapi-examples.js';
import { componentRef, componentSchemas, type Json, jsonSchema } from './openapi-schemas.js';

type GroupName = keyof typeof routeGroups;

const groupWords: Record<GroupName, string> = {
  server: 'The process itself, and the agents that it can drive',
  projects: 'Folders that agents work in, and the targets of each',
  sessions: 'Conversations, each with its queue and its log',
  runs: 'Prompts and all that follows, up to their end',
  permissions: 'What agents ask before they use a tool',
  usage: 'What runs used, added up',
};

/** Whatever the route: the request did not name this server, came from a page of another site, or hit a defect. */
const anywhere: readonly ErrorCode[] = ['host_not_allowed', 'origin_not_allowed', 'internal'];

export function buildOpenApi(version: string): Json {
  const paths: Record<string, Json> = {};
  for (const [group, routes] of Object.entries(routeGroups) as [GroupName, Record<string, Route>][]) {
    for (const [name, route] of Object.entries(routes) as [RouteName, Route][]) {
      const path = route.path.replace(/:(\w+)/g, '{$1}');
      paths[path] = { ...paths[path], [route.method.toLowerCase()]: operation(group, name, route) };
    }
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Quarterdeck',
      version,
      description: 'Control plane for coding-agent sessions.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: '/', description: 'This server' }],
    security: [{ token: [] }, { bearer: [] }],
    tags: Object.entries(groupWords).map(([name, description]) => ({ name, description })),
    paths,
    components: {
      securitySchemes: {
        token: {
          type: 'apiKey',
          in: 'header',
          name: 'x-cp-token',
          description: 'The token of the server',
        },
        bearer: { type: 'http', scheme: 'bearer', description: 'The same token' },
        queryToken: {
          type: 'apiKey',
          in: 'query',
          name: 'token',
          description: 'The same token, for streams in browsers, whose EventSource sends no headers',
        },
      },
      schemas: componentSchemas(),
    },
  };
}

function operation(group: GroupName, name: RouteName, route: Route): Json {
  const { summary, auth, method } = route;
  return {
    operationId: name,
    summary,
    tags: [group],
    ...(auth === 'none' ? { security: [] } : {}),
    ...(auth === 'query' ? { security: [{ token: [] }, { bearer: [] }, { queryToken: [] }] } : {}),
    parameters: [
      ...parameters(route.params, 'path'),
      ...parameters(route.query, 'query').filter(({ name: parameter }) => parameter !== 'token'),
      ...(method === 'POST' ? [idempotencyParameter] : []),
      ...(route.stream === true ? [lastEventIdParameter] : []),
    ],
    ...requestBody(route, bodyExamples[name]),
    responses: { [route.status]: success(route), ...failures(route) },
  };
}

const idempotencyParameter: Json = {
  name: 'Idempotency-Key',
  in: 'header',
  required: false,
  description: 'The same key with the same body gives the first answer again',
  schema: { type: 'string', maxLength: 255 },
};

const lastEventIdParameter: Json = {
  name: 'Last-Event-ID',
  in: 'header',
  required: false,
  description: 'Go on behind this seq',
  schema: { type: 'string' },
};

function parameters(schema: z.ZodType | undefined, place: 'path' | 'query'): Json[] {
  if (schema === undefined) return [];
  const { properties = {} } = jsonSchema(schema, 'output') as { properties?: Record<string, Json> };
  return Object.entries(properties).map(([name, property]) => ({
    name,
    in: place,
    required: place === 'path',
    // A list goes into the query as one value with commas.
    ...(property.type === 'array' ? { style: 'form', explode: false } : {}),
    schema: property,
  }));
}

function requestBody({ body, takes }: Route, example: object | undefined): Json {
  if (takes !== undefined)
    return { requestBody: { required: true, content: { [takes]: { schema: { format: 'binary' } } } } };
  if (body === undefined) return {};
  const required = !body.safeParse(undefined).success;
  const content = { schema: jsonSchema(body, 'input'), ...(example === undefined ? {} : { example }) };
  return { requestBody: { required, content: { 'application/json': content } } };
}

function success({ summary, response, stream, bytes }: Route): Json {
  if (bytes !== undefined)
    return { description: summary, content: { [bytes]: { schema: { format: 'binary' } } } };
  const content =
    stream === true
      ? { 'text/event-stream': { schema: streamSchema } }
      : { 'application/json': { schema: jsonSchema(response, 'output') } };
  return { description: summary, content };
}

/** Frames of text; what their data holds is the schema of that content. */
const streamSchema: Json = {
  type: 'string',
  description: 'A frame `ack` with a StreamAck, then a frame with an EventEnvelope for each event',
  contentMediaType: 'text/event-stream',
  contentSchema: { anyOf: [componentRef('StreamAck'), componentRef('EventEnvelope')] },
};

function failures(route: Route): Json {
  const codes: ErrorCode[] = [
    ...route.errors,
    ...(route.auth === 'none' ? [] : (['unauthorized'] as const)),
    ...(route.query === undefined && route.body === undefined ? [] : (['validation_failed'] as const)),
    ...anywhere,
  ];
  const byStatus = new Map<number, string[]>();
  for (const code of codes)
    byStatus.set(errorStatus[code], [...(byStatus.get(errorStatus[code]) ?? []), code]);
  return Object.fromEntries(
    [...byStatus].map(([status, names]) => [
      status,
      {
        description: names.join(', '),
        headers: { 'x-error-code': { schema: { type: 'string', enum: names } } },
        content: { 'application/json': { schema: componentRef('Error') } },
      },
    ]),
  );
}
