import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { errorCodes, limits, type Route, routes, sessionEvent } from '../../src/contract/index.js';
import { errorStatus } from '../../src/http/error-status.js';
import { readTable } from './tables.js';

const page = 'docs/protocol.md';
const tokens = { none: 'no', header: 'header', query: 'header or query' };

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

  it('has every bound with its value', () => {
    const table = readTable(page, ['Name', 'Value', 'Of']);
    expect(table.map(([name, value]) => [name, Number(value)])).toEqual(Object.entries(limits));
  });
});
