/** The client's lines against the route table of the contract. */
import { expect, test } from 'vitest';
import { createClient } from '../../src/client/index.js';
import { terminalTypes } from '../../src/client/log-stream.js';
import { fillAddress, type Line, methods, streams } from '../../src/client/routes.js';
import { isTerminalEventType, type Route, routes, terminalEventTypes } from '../../src/contract/index.js';

const lines: readonly Line[] = Object.values(methods).flatMap((group) => Object.values(group));

function written(line: readonly string[]): string {
  return `[${line.map((part) => `'${part}'`).join(', ')}]`;
}

/** As the line of a route has to be. */
function lineOf(name: string, route: Route): string {
  const { method, path, query, body, takes: mediaType } = route;
  const takesBody = body !== undefined && !(body.safeParse(undefined).success && body.safeParse(7).success);
  const takes =
    mediaType !== undefined ? 'file' : takesBody ? 'body' : query === undefined ? 'nothing' : 'query';
  return written([name, `${method} ${path}`, takes, ...('bytes' in route ? ['bytes'] : [])]);
}

test('every route has its line, and no other has one', () => {
  const all = Object.entries<Route>(routes);
  const needed = all.filter(([, { stream }]) => stream !== true).map(([name, route]) => lineOf(name, route));
  const present = lines.map(written);
  expect({
    'add to src/client/routes.ts': needed.filter((line) => !present.includes(line)),
    'remove from src/client/routes.ts': present.filter((line) => !needed.includes(line)),
  }).toEqual({ 'add to src/client/routes.ts': [], 'remove from src/client/routes.ts': [] });
  expect(new Set(present).size).toBe(present.length);
});

test('a line that does not fit its route does not compile', () => {
  // @ts-expect-error: the path of another route.
  const otherPath: Line = ['getRun', 'GET /admin/runs', 'nothing'];
  // @ts-expect-error: it takes a body.
  const otherInput: Line = ['createRun', 'POST /admin/runs', 'nothing'];
  for (const wrong of [otherPath, otherInput]) expect(lines).not.toContainEqual(wrong);
});

test('every stream is followed', () => {
  const needed = Object.entries<Route>(routes).filter(([, { stream }]) => stream === true);
  expect(Object.entries(streams)).toEqual(
    needed.map(([name, { method, path }]) => [name, `${method} ${path}`]),
  );
});

test('the client knows the events that end a run', () => {
  expect(terminalTypes).toEqual(terminalEventTypes);
  expect(terminalTypes.every(isTerminalEventType)).toBe(true);
});

test('the client has a method for every line', () => {
  const client = createClient({ url: 'http://localhost' });
  for (const [group, named] of Object.entries(methods)) {
    const bound = client[group as keyof typeof methods] as unknown as Record<string, unknown>;
    for (const name of Object.keys(named))
      expect([group, name, typeof bound[name]]).toEqual([group, name, 'function']);
  }
});

test('ids are encoded, and what would lead elsewhere is no id', async () => {
  const address = 'GET /admin/runs/:runId/events';
  expect(fillAddress(address, ['a/b?c#d e'], {}).path).toBe('/admin/runs/a%2Fb%3Fc%23d%20e/events');
  for (const id of ['', '.', '..', undefined]) {
    expect(() => fillAddress(address, [id as string], {})).toThrow(TypeError);
  }
  await expect(createClient({ url: 'http://localhost' }).runs.get('..')).rejects.toThrow(
    'runId is not an id',
  );
});

test('a query leaves out what is not given and joins lists with commas', () => {
  const query = { types: ['a', 'b'], after: 0, before: undefined, order: 'desc' };
  const { method, path } = fillAddress('GET /x', [], query);
  expect({ method, path }).toEqual({ method: 'GET', path: '/x?types=a%2Cb&after=0&order=desc' });
});
