/** Strict reading of a step: known keys only, values of the right type and within bounds, errors that name the key. */
import { TurnFailed } from '../turn.js';

export type Fields = Readonly<Record<string, unknown>>;

/** Where in the script something is: `script step 3, repeat step 1`. */
export class Place {
  constructor(private readonly text: string) {}

  step(number: number): Place {
    return new Place(`${this.text} step ${number}`);
  }

  within(name: string): Place {
    return new Place(`${this.text}, ${name}`);
  }

  error(problem: string): TurnFailed {
    return new TurnFailed('agent_failed', `${this.text}: ${problem}`);
  }
}

export function asFields(value: unknown, place: Place, what: string): Fields {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw place.error(`${what} must be an object`);
  return value as Fields;
}

export function onlyKeys(fields: Fields, known: readonly string[], place: Place): void {
  const unknown = Object.keys(fields).find((key) => !known.includes(key));
  if (unknown !== undefined) throw place.error(`unknown key "${unknown}"; known here: ${known.join(', ')}`);
}

export function textOf(fields: Fields, key: string, place: Place): string {
  const value = fields[key];
  if (typeof value !== 'string') throw place.error(`"${key}" must be a text`);
  return value;
}

export interface Range {
  min: number;
  max: number;
}

export function intOf(fields: Fields, key: string, { min, max }: Range, place: Place): number {
  const value = fields[key];
  if (typeof value !== 'number' || !Number.isInteger(value) || value < min || value > max) {
    throw place.error(`"${key}" must be an integer from ${min} to ${max}`);
  }
  return value;
}

export function optionalIntOf(
  fields: Fields,
  key: string,
  otherwise: number,
  range: Range,
  place: Place,
): number {
  return fields[key] === undefined ? otherwise : intOf(fields, key, range, place);
}

export function trueOf(fields: Fields, key: string, place: Place): void {
  if (fields[key] !== true) throw place.error(`"${key}" must be true`);
}
