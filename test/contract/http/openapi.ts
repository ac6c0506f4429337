import { describe, expect, test } from 'vitest';
import { type Route, routes } from '../../../src/contract/index.js';
import type { InWorld } from './world.js';

interface Operation {
  operationId?: string;
  parameters?: { name: string; in: string; required: boolean }[];
  requestBody?: object;
  security?: object[];
  responses?: Record<string, { description: string; content?: object }>;
}

interface Document {
  openapi: string;
  info: { version: string };
  paths: Record<string, Record<string, Operation>>;
}

const all = Object.entries(routes) as [string, Route][];

export function describeOpenApi(world: InWorld): void {
  const read = async () => (await world().client.ask('getOpenApi')) as Document;
  const operationOf = ({ paths }: Document, { path, method }: Route) =>
    paths[path.replace(/:(\w+)/g, '{$1}')]?.[method.toLowerCase()];

  describe('the description', () => {
    test('is OpenAPI 3.1 of the version that runs', async () => {
      const document = await read();
      const { version } = await world().client.ask('getStatus');
      expect(document).toMatchObject({ openapi: expect.stringMatching(/^3\.1\./), info: { version } });
    });

    test('has every route and no other', async () => {
      const document = await read();
      const described = Object.values(document.paths).flatMap((operations) =>
        Object.values(operations).map(({ operationId }) => operationId),
      );
      expect(described.sort()).toEqual(all.map(([name]) => name).sort());
    });

    test.each(all)('says of %s what it takes and answers', async (name, route) => {
      const operation = operationOf(await read(), route);
      expect(operation?.operationId).toBe(name);
      const placed = (place: string) =>
        (operation?.parameters ?? []).filter((one) => one.in === place).map((one) => one.name);
      expect(placed('path')).toEqual([...route.path.matchAll(/:(\w+)/g)].map(([, key]) => key));
      expect(placed('header').includes('Idempotency-Key')).toBe(route.method === 'POST');
      expect(operation?.requestBody !== undefined).toBe((route.body ?? route.takes) !== undefined);
      expect(operation?.responses).toHaveProperty(String(route.status));
      if (route.auth === 'none') expect(operation?.security).toEqual([]);
      else expect(operation?.responses).toHaveProperty('401');
      for (const code of route.errors) {
        const words = Object.values(operation?.responses ?? {}).map(({ description }) => description);
        expect(words.join()).toContain(code);
      }
    });

    test('every reference leads somewhere', async () => {
      const document = await read();
      const found = [...JSON.stringify(document).matchAll(/"\$ref":"([^"]+)"/g)].map(([, ref]) => ref ?? '');
      expect(found.length).toBeGreaterThan(0);
      for (const reference of new Set(found)) {
        expect(reference.startsWith('#/')).toBe(true);
        const target = reference
          .slice(2)
          .split('/')
          .reduce<unknown>((at, key) => (at as Record<string, unknown> | undefined)?.[key], document);
        expect(target, reference).toBeTypeOf('object');
      }
    });
  });
}
