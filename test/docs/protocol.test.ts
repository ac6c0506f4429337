import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { errorCodes, limits, type Route, routes, sessionEvent, streamAck } from '../../src/contract/index.js';
import { errorStatus } from '../../src/http/error-status.js';
import { readPage, readTable } from './tables.js';

const page = 'docs/protocol.md';
const tokens = { none: 'no', header: 'header', query: 'header or query' };

/** The names of its fields and the words that they take, however deep. */
function namesOf(schema: z.ZodType): string[] {
  const names: string[] = [];
  const look = (part: unknown): void => {
    if (typeof part !== 'object' || part === null) return;
    for (const [key, value] of Object.entries(part)) {
      if (key === 'properties') names.push(...Object.keys(value as object));
      const values = key === 'enum' ? value : key === 'const' ? [value] : [];
      names.push(...(values as unknown[]).filter((one) => typeof one === 'string'));
      look(value);
    }
  };
  look(z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }));
  return names;
}

describe('docs/protocol.md', () => {
  it('has every route with what it does, answers, needs and refuses', () => {
    const table = readTable(page, ['Route', 'What it does', 'Answers', 'Token', 'Errors of its own']);
    expect(table).toEqual(
      Object.values<Route>(routes).map(({ method, path, summary, status, auth, errors }) => [
        `${method} ${path}`,
        summary,
        String(status),
        tokens[auth],
        errors.join(' '),
      ]),
    );
  });

  it('has every error code with its status', () => {
    const table = readTable(page, ['Code', 'Status', 'When']);
    expect(table.map(([code, status]) => [code, Number(status)])).toEqual(
      errorCodes.map((code) => [code, errorStatus[code]]),
    );
  });

  it('has every type of event with its fields', () => {
    const table = readTable(page, ['Type', 'Fields beside type', 'When']);
    expect(table.map(([type, fields]) => [type, fields?.split(' ')])).toEqual(
      sessionEvent.options.map(({ shape: { type, ...fields } }) => [
        type.value,
        Object.entries(fields).map(([name, field]) => (field instanceof z.ZodOptional ? `${name}?` : name)),
      ]),
    );
  });

  it('names every field of requests, answers and events, and every value of those that take a few', () => {
    const text = readPage(page);
    const isThere = (name: string) => new RegExp(`(?<![\\w-])${name}(?![\\w-])`).test(text);
    const schemas = Object.values<Route>(routes).flatMap(({ params, query, body, response }) =>
      [params, query, body, response].filter((schema) => schema !== undefined),
    );
    const named = [...schemas, sessionEvent, streamAck].flatMap(namesOf);
    expect([...new Set(named)].filter((name) => !isThere(name))).toEqual([]);
  });

  it('has every bound with its value', () => {
    const table = readTable(page, ['Name', 'Value', 'Of']);
    expect(table.map(([name, value]) => [name, Number(value)])).toEqual(Object.entries(limits));
  });
});
