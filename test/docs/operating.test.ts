import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { environmentName, flagName, settings } from '../../src/config.js';
import { readTable } from './tables.js';

/** As the table writes it; the data directory is below the home of whoever starts the server. */
function defaultOf(name: string, schema: z.ZodType): string {
  return name === 'home' ? '~/.quarterdeck' : String(schema.parse(undefined));
}

function takes(schema: z.ZodType): string {
  const json = z.toJSONSchema(schema, { io: 'output', unrepresentable: 'any' });
  if (json.enum !== undefined) return json.enum.join(' ');
  return json.minimum === undefined ? 'text' : `${json.minimum} to ${json.maximum}`;
}

describe('docs/operating.md', () => {
  it('has every setting with its variable, flag, default and bounds', () => {
    const header = ['Setting', 'Variable', 'Flag', 'Default', 'Takes', 'What it is'];
    expect(readTable('docs/operating.md', header)).toEqual(
      Object.entries(settings).map(([name, { schema, about }]) => [
        name,
        environmentName(name),
        `--${flagName(name)}`,
        defaultOf(name, schema),
        takes(schema),
        about.replaceAll('`', ''),
      ]),
    );
  });
});
