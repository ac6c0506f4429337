/** What a linter that is not ours says of the description, and whether its examples are what the routes take. */
import { createConfig, lintFromString } from '@redocly/openapi-core';
import { describe, expect, it } from 'vitest';
import { type Route, type RouteName, routes } from '../../src/contract/index.js';
import { buildOpenApi } from '../../src/http/openapi.js';
import { bodyExamples } from '../../src/http/openapi-examples.js';

const extraRules = {
  'tag-description': 'error',
  'operation-tag-defined': 'error',
  'operation-singular-tag': 'error',
  'no-duplicated-tag-names': 'error',
  'no-invalid-media-type-examples': 'error',
} as const;

describe('the OpenAPI document', () => {
  it('passes the recommended rules of a linter, without a warning', async () => {
    const config = await createConfig({ extends: ['recommended-strict'], rules: extraRules });
    const problems = await lintFromString({ source: JSON.stringify(buildOpenApi('1.0.0')), config });
    const words = problems.map(({ ruleId, message, location: [at] }) => [ruleId, message, at?.pointer]);
    expect(words).toEqual([]);
  });

  it('is refused by these rules where it is wrong', async () => {
    const config = await createConfig({ extends: ['recommended-strict'], rules: extraRules });
    const { components: _, ...broken } = buildOpenApi('1.0.0');
    const problems = await lintFromString({ source: JSON.stringify(broken), config });
    expect(problems.map(({ ruleId }) => ruleId)).toContain('no-unresolved-refs');
  });

  it.each(Object.entries(bodyExamples) as [RouteName, object][])(
    'has a body of %s that it takes',
    (name, body) => {
      const route: Route = routes[name];
      expect(route.body?.safeParse(body)).toMatchObject({ success: true });
    },
  );

  it('has a body for every route that needs one', () => {
    const needing = (Object.entries(routes) as [RouteName, Route][]).filter(
      ([, { body }]) => body !== undefined && !body.safeParse(undefined).success,
    );
    expect(needing.map(([name]) => name).filter((name) => bodyExamples[name] === undefined)).toEqual([]);
  });
});
