/**
 * The token that this browser sends. It is kept for the tab, or on the device where the person asked for that. A server
 * on loopback that nobody gave a token takes `dev`, so a first start asks for nothing.
 */
import { type KeptPlace, keep, readKept } from './kept';

const key = 'quarterdeck.token';
const loopbackToken = 'dev';
const loopback = /^(?:localhost|127(?:\.\d+){3}|\[::1\])$/;

export function readToken(): string | undefined {
  const kept = readKept(key, 'tab') ?? readKept(key);
  return kept ?? (loopback.test(location.hostname) ? loopbackToken : undefined);
}

/** Where the token is kept; nowhere when it is the one that nobody had to give. */
export function tokenPlace(): KeptPlace | undefined {
  if (readKept(key, 'tab') !== undefined) return 'tab';
  return readKept(key) === undefined ? undefined : 'device';
}

export function keepToken(token: string, place: KeptPlace): void {
  forgetToken();
  keep(key, token, place);
}

export function forgetToken(): void {
  keep(key, undefined, 'tab');
  keep(key, undefined);
}
