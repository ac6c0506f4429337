/** A TOML or JSON file as a value, with the place of each key, and its check against a schema. */
import { parse, TomlError } from 'smol-toml';
import { z } from 'zod';
import { broken, placeAt, positionAt, withoutEffect } from './broken.js';
import { type KeyPlace, keyPlaces, locateKey, locateValue } from './locate-key.js';
import { scanJson } from './scan-json.js';

export interface ParsedFile {
  path: string;
  value: unknown;
  /** `file:line:column` of a key; `text` looks for a value behind it. */
  placeOf(keys: readonly PropertyKey[], text?: string): string;
}

/** Throws `target_invalid` with file, line and column. */
export function parseToml(text: string, path: string): ParsedFile {
  let places: KeyPlace[] | undefined;
  try {
    return {
      path,
      value: parse(text),
      placeOf: (keys, value) => {
        places ??= keyPlaces(text);
        const at = locateKey(places, keys);
        return placeAt(path, value === undefined ? at : locateValue(text, at, value));
      },
    };
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    // Further lines, and the error itself, show the text around the place, which may hold secrets.
    const [reason] = error.message.split('\n');
    throw broken(placeAt(path, error), reason ?? 'is not valid TOML');
  }
}

/** Throws `target_invalid` with file, line and column. */
export function parseJson(text: string, path: string): ParsedFile {
  const { problem, offsets } = scanJson(text);
  if (problem !== undefined) {
    throw broken(placeAt(path, positionAt(text, problem.offset)), `is not valid JSON: ${problem.words}`);
  }
  return {
    path,
    value: JSON.parse(text) as unknown,
    placeOf: (keys) => {
      for (let depth = keys.length; depth >= 0; depth -= 1) {
        const offset = offsets.get(keys.slice(0, depth).map(String).join('\0'));
        if (offset !== undefined) return placeAt(path, positionAt(text, offset));
      }
      return placeAt(path, { line: 1, column: 1 });
    },
  };
}

/** What the files of the format begin with. */
export const formatVersion = z.literal(1, { error: 'must be 1: let the file begin with "schema = 1"' });

/** Throws `target_invalid` with the place, the key and what it takes. */
export function checkFile<Schema extends z.ZodType>(file: ParsedFile, schema: Schema): z.output<Schema> {
  const result = schema.safeParse(file.value);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  if (issue === undefined) throw broken(file.path, 'is not valid');
  const unknown = issue.code === 'unrecognized_keys' ? issue.keys.slice(0, 1) : [];
  const keys = [...issue.path, ...unknown];
  const words = issue.code === 'invalid_key' ? (issue.issues[0]?.message ?? issue.message) : issue.message;
  const what = keys.length === 0 ? 'the file' : keys.map(String).join('.');
  throw broken(file.placeOf(keys), `${what}: ${words}`);
}

/** One warning for each key of the table at `keys` that is not among the known ones. */
export function unknownKeys(
  file: ParsedFile,
  keys: readonly string[],
  table: object,
  known: ReadonlySet<string>,
): string[] {
  return Object.keys(table)
    .filter((key) => !known.has(key))
    .map((key) => withoutEffect(file.placeOf([...keys, key]), [...keys, key].join('.')));
}
