/**
 * The token that this browser sends. It is kept for the tab, or on the device where the person asked for that. A server
 * on loopback that nobody gave a token takes `dev`, so a first start asks for nothing.
 */
const key = 'quarterdeck.token';
const loopbackToken = 'dev';
const loopback = /^(?:localhost|127(?:\.\d+){3}|\[::1\])$/;

export function readToken(): string | undefined {
  const kept = sessionStorage.getItem(key) ?? localStorage.getItem(key);
  return kept ?? (loopback.test(location.hostname) ? loopbackToken : undefined);
}

export type TokenPlace = 'tab' | 'device';

/** Where the token is kept; nowhere when it is the one that nobody had to give. */
export function tokenPlace(): TokenPlace | undefined {
  if (sessionStorage.getItem(key) !== null) return 'tab';
  return localStorage.getItem(key) === null ? undefined : 'device';
}

export function keepToken(token: string, place: TokenPlace): void {
  forgetToken();
  (place === 'tab' ? sessionStorage : localStorage).setItem(key, token);
}

export function forgetToken(): void {
  sessionStorage.removeItem(key);
  localStorage.removeItem(key);
}
