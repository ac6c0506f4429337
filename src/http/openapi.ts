/** The OpenAPI 3.1 document, made from the route table and its schemas when somebody asks for it. */
import { z } from 'zod';
import { harnessList, type Route, routes, usageReport } from '../contract/index.js';
import * as resources from '../contract/resources.js';
import { errorStatus } from './error-status.js';

type Json = Record<string, unknown>;

const componentSchemas = {
  Project: resources.project,
  Session: resources.session,
  Run: resources.run,
  RunSummary: resources.runSummary,
  RunOutcome: resources.runOutcome,
  EventsPage: resources.eventsPage,
  StreamAck: resources.streamAck,
  Permission: resources.permission,
  HarnessList: harnessList,
  UsageReport: usageReport,
};

const errorSchema: Json = {
  type: 'object',
  required: ['error'],
  properties: {
    error: { type: 'string', description: 'What happened and what to do next, in plain words' },
    details: {
      type: 'array',
      items: {
        type: 'object',
        required: ['path', 'message'],
        properties: { path: { type: 'string' }, message: { type: 'string' } },
      },
    },
  },
};

export function buildOpenApi(version: string): Json {
  const paths: Record<string, Json> = {};
  for (const [name, route] of Object.entries(routes) as [string, Route][]) {
    const path = route.path.replace(/:(\w+)/g, '{$1}');
    paths[path] = { ...paths[path], [route.method.toLowerCase()]: operation(name, route) };
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Quarterdeck',
      version,
      description: 'Control plane for coding-agent sessions.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: '/' }],
    security: [{ token: [] }, { bearer: [] }],
    paths,
    components: {
      securitySchemes: {
        token: { type: 'apiKey', in: 'header', name: 'x-cp-token' },
        bearer: { type: 'http', scheme: 'bearer' },
        queryToken: { type: 'apiKey', in: 'query', name: 'token' },
      },
      schemas: {
        Error: errorSchema,
        ...Object.fromEntries(
          Object.entries(componentSchemas).map(([name, schema]) => [name, jsonSchema(schema, 'output')]),
        ),
      },
    },
  };
}

function operation(name: string, route: Route): Json {
  const { summary, auth, body, takes, method } = route;
  return {
    operationId: name,
    summary,
    ...(auth === 'none' ? { security: [] } : {}),
    ...(auth === 'query' ? { security: [{ token: [] }, { bearer: [] }, { queryToken: [] }] } : {}),
    parameters: [
      ...parameters(route.params, 'path'),
      ...parameters(route.query, 'query').filter(({ name: parameter }) => parameter !== 'token'),
      ...(method === 'POST' ? [idempotencyParameter] : []),
      ...(route.stream === true ? [lastEventIdParameter] : []),
    ],
    ...(body === undefined ? {} : { requestBody: requestBody(body) }),
    ...(takes === undefined
      ? {}
      : { requestBody: { required: true, content: { [takes]: { schema: { format: 'binary' } } } } }),
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

function requestBody(schema: z.ZodType): Json {
  const required = !schema.safeParse(undefined).success;
  return { required, content: { 'application/json': { schema: jsonSchema(schema, 'input') } } };
}

function success(route: Route): Json {
  if (route.bytes !== undefined)
    return { description: route.summary, content: { [route.bytes]: { schema: { format: 'binary' } } } };
  const mediaType = route.stream === true ? 'text/event-stream' : 'application/json';
  const known = Object.entries(componentSchemas).find(([, schema]) => schema === route.response);
  const schema =
    route.stream === true
      ? { type: 'string', description: 'An `ack` frame with a StreamAck, then a frame per event' }
      : known === undefined
        ? jsonSchema(route.response, 'output')
        : { $ref: `#/components/schemas/${known[0]}` };
  return { description: route.summary, content: { [mediaType]: { schema } } };
}

function failures(route: Route): Json {
  const codes = [
    ...route.errors,
    ...(route.auth === 'none' ? [] : (['unauthorized'] as const)),
    ...(route.query === undefined && route.body === undefined ? [] : (['validation_failed'] as const)),
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
        content: { 'application/json': { schema: { $ref: '#/components/schemas/Error' } } },
      },
    ]),
  );
}

function jsonSchema(schema: z.ZodType, io: 'input' | 'output'): Json {
  const { $schema: _dialect, ...json } = z.toJSONSchema(schema, {
    io,
    unrepresentable: 'any',
    target: 'draft-2020-12',
  }) as Json;
  return json;
}
