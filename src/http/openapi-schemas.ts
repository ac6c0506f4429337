/** The schemas of the OpenAPI document. What has a name is a component, and every other schema refers to it. */
import { z } from 'zod';
import * as contract from '../contract/index.js';

export type Json = Record<string, unknown>;

const named = {
  Project: contract.project,
  Budget: contract.budget,
  Target: contract.target,
  Session: contract.session,
  Queue: contract.queue,
  Run: contract.run,
  RunSummary: contract.runSummary,
  AdmittedRun: contract.admittedRun,
  RunOutcome: contract.runOutcome,
  Permission: contract.permission,
  ContentBlock: contract.contentBlock,
  SessionEvent: contract.sessionEvent,
  EventEnvelope: contract.eventEnvelope,
  EventsPage: contract.eventsPage,
  StreamAck: contract.streamAck,
  SearchHit: contract.searchHit,
  HarnessList: contract.harnessList,
  UsageReport: contract.usageReport,
} as const satisfies Record<string, z.ZodType>;

export type ComponentName = keyof typeof named;

const registry = z.registry<{ id: string }>();
for (const [id, schema] of Object.entries(named)) registry.add(schema as z.ZodType, { id });

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

export function componentSchemas(): Record<string, Json> {
  return { Error: errorSchema, ...(convert(z.object(named), 'output').$defs as Record<string, Json>) };
}

export function jsonSchema(schema: z.ZodType, io: 'input' | 'output'): Json {
  const { $schema: _dialect, $defs: _components, ...json } = convert(schema, io);
  return json;
}

export function componentRef(name: ComponentName | 'Error'): Json {
  return { $ref: `#/components/schemas/${name}` };
}

function convert(schema: z.ZodType, io: 'input' | 'output'): Json {
  const json = z.toJSONSchema(schema, {
    io,
    metadata: registry,
    unrepresentable: 'any',
    target: 'draft-2020-12',
    override: ({ jsonSchema: one }) => {
      // Readers skip what they do not know, so an answer may have more than is said here.
      if (io === 'output' && one.additionalProperties === false) delete one.additionalProperties;
      // That a whole number is one of JavaScript's says nothing about it.
      if (one.minimum === Number.MIN_SAFE_INTEGER) delete one.minimum;
      if (one.maximum === Number.MAX_SAFE_INTEGER) delete one.maximum;
    },
  });
  return JSON.parse(JSON.stringify(json).replaceAll('"#/$defs/', '"#/components/schemas/')) as Json;
}
