import { readFileSync } from 'node:fs';

/** What the manifest of the package says. */
const manifest = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
  version: string;
  engines: { node: string };
};

export const { version } = manifest;

/** The oldest Node that it runs on, of a range such as `>=20.19`. */
export const oldestNode = manifest.engines.node.replace(/^>=\s*/, '');
