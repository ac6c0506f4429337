/**
 * The only reader of the environment. It needs nothing else: commands that ask a server start without reading the schemas
 * of settings that only a server has.
 */
import { homedir } from 'node:os';
import { join } from 'node:path';

export const environment: Readonly<Record<string, string | undefined>> = process.env;

export const defaultHome = join(homedir(), '.quarterdeck');

/** What commands that ask a server take from the environment; an empty variable counts as not set. */
export function readClientEnvironment() {
  return {
    url: environment.QUARTERDECK_URL || undefined,
    token: environment.QUARTERDECK_TOKEN || undefined,
    port: environment.QUARTERDECK_PORT || undefined,
    profile:
      environment.QUARTERDECK_PROFILE || join(environment.QUARTERDECK_HOME || defaultHome, 'profile.toml'),
    /** https://no-color.org: any value but an empty one. */
    noColor: Boolean(environment.NO_COLOR) || environment.TERM === 'dumb',
  };
}
