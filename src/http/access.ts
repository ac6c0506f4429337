/**
 * Who may speak to the server: the Host header must name it (a page of another site cannot rebind its own name to
 * us), an Origin must be one of ours, and everything under /admin needs the token.
 */
import { timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { isIP } from 'node:net';
import { AppError, type Route } from '../contract/index.js';

export interface AccessRules {
  token: string;
  /** The address that the server is bound to. */
  boundHost: string;
  /** Further names under which it is reached, such as that of a reverse proxy; without port, in lower case. */
  allowedHosts: readonly string[];
}

/** Room for the longest token that the settings allow, in UTF-8. */
const tokenBytesMax = 2000;

const loopbackNames = new Set(['localhost', '127.0.0.1', '[::1]']);

/** Throws `host_not_allowed`, `origin_not_allowed` or `unauthorized`. */
export function createAccessCheck(rules: AccessRules) {
  const token = fixedLength(rules.token);
  const names = new Set([...loopbackNames, bracketed(rules.boundHost), ...rules.allowedHosts]);
  const boundToAll = rules.boundHost === '0.0.0.0' || rules.boundHost === '::';

  function checkHost(headers: IncomingHttpHeaders): void {
    const name = hostName(headers.host ?? '');
    // Rebinding needs a name: an address in the Host header is where the request really went.
    if (names.has(name) || (boundToAll && isIP(name.replace(/^\[|\]$/g, '')) !== 0)) return;
    throw new AppError(
      'host_not_allowed',
      `The Host "${name.slice(0, 100)}" is not a name of this server: add it to QUARTERDECK_ALLOWED_HOSTS if it should be.`,
    );
  }

  function checkOrigin(headers: IncomingHttpHeaders): void {
    const { origin, host } = headers;
    if (origin === undefined) return;
    const sameOrigin = origin === `http://${host}` || origin === `https://${host}`;
    if (sameOrigin && names.has(hostName(host ?? ''))) return;
    throw new AppError('origin_not_allowed', 'Pages of other sites may not use this server.');
  }

  function checkToken(headers: IncomingHttpHeaders, queryToken: string | undefined): void {
    const bearer = /^Bearer\s+(.+)$/i.exec(headers.authorization ?? '')?.[1];
    const header = headers['x-cp-token'];
    const given = (Array.isArray(header) ? header[0] : header) ?? bearer ?? queryToken;
    if (given !== undefined && timingSafeEqual(fixedLength(given), token)) return;
    throw new AppError(
      'unauthorized',
      given === undefined
        ? 'A token is needed: send it as the header "x-cp-token" or "Authorization: Bearer …".'
        : 'The token is not the one of this server.',
    );
  }

  return (route: Pick<Route, 'auth'>, headers: IncomingHttpHeaders, query: unknown): void => {
    checkHost(headers);
    checkOrigin(headers);
    if (route.auth === 'none') return;
    const { token: queryToken } = (query ?? {}) as { token?: unknown };
    checkToken(headers, route.auth === 'query' && typeof queryToken === 'string' ? queryToken : undefined);
  };
}

/**
 * Equal lengths for the comparison in constant time, whatever was sent. The length stands behind the text, so that
 * neither a longer token nor one padded with zeros is taken for its beginning.
 */
function fixedLength(text: string): Buffer {
  const padded = Buffer.alloc(tokenBytesMax + 4);
  padded.write(text, 0, tokenBytesMax);
  padded.writeUInt32LE(Buffer.byteLength(text), tokenBytesMax);
  return padded;
}

function hostName(host: string): string {
  return host.toLowerCase().replace(/:\d+$/, '');
}

function bracketed(host: string): string {
  return isIP(host) === 6 ? `[${host}]` : host.toLowerCase();
}
