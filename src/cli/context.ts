/** Which server a command speaks to, and with which token: flags win over the environment, that over the profile file. */
import { readFile, stat } from 'node:fs/promises';
import { Refusal, UsageError } from './exits.js';

export interface ClientEnvironment {
  url: string | undefined;
  token: string | undefined;
  port: string | undefined;
  /** Path of the profile file, which need not be there. */
  profile: string;
  noColor: boolean;
}

export interface ServerAddress {
  url: string;
  token: string | undefined;
}

const portDefault = '18420';
/** What a server on this machine takes that nobody gave another. */
const tokenDefault = 'dev';

export async function findServer(
  given: { url?: string | undefined; token?: string | undefined },
  environment: ClientEnvironment,
): Promise<ServerAddress> {
  const profile = await readProfile(environment.profile);
  const local = `http://127.0.0.1:${environment.port ?? portDefault}`;
  const url = (given.url ?? environment.url ?? profile.url ?? local).replace(/\/+$/, '');
  if (!/^https?:\/\//.test(url) || !URL.canParse(url))
    throw new UsageError(`"${url}" is no address of a server: it must begin with http:// or https://`);
  const token = given.token ?? environment.token;
  if (token !== undefined) return { url, token };
  // The token of the profile is for the server of the profile, and for no other that somebody names.
  if (profile.token !== undefined && url === (profile.url ?? local)) return { url, token: profile.token };
  const { hostname } = new URL(url);
  return { url, token: /^(127\.|localhost$|\[::1\]$)/.test(hostname) ? tokenDefault : undefined };
}

async function readProfile(path: string): Promise<{ url?: string; token?: string }> {
  let text: string;
  try {
    const { mode } = await stat(path);
    if ((mode & 0o077) !== 0)
      throw new Refusal(`${path} holds a token and others may read it: chmod 600 "${path}"`);
    text = await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return {};
    throw error;
  }
  const { parse } = await import('smol-toml');
  const fields = readFields(() => parse(text), path);
  for (const [name, value] of Object.entries(fields)) {
    if ((name !== 'url' && name !== 'token') || typeof value !== 'string')
      throw new Refusal(`${path}: there may be "url" and "token", both text; "${name}" is not one of them`);
  }
  const { url, token } = fields as { url?: string; token?: string };
  return { ...(url && { url: url.replace(/\/+$/, '') }), ...(token && { token }) };
}

/** The words of the parser show the lines it fails at, and these may hold the token. */
function readFields(parse: () => Record<string, unknown>, path: string): Record<string, unknown> {
  try {
    return parse();
  } catch {
    throw new Refusal(`${path} is not TOML: it takes lines such as url = "https://…" and token = "…"`);
  }
}
