/**
 * The web console: the files of its build, and its page at every address that a browser asks for as a page; beside it the
 * reference of the API at /docs and the pages of the documentation below it. Nothing here needs a token: the files are the same for everybody, and what they show comes
 * from /admin, which asks for one.
 *
 * The files are listed once, at the start, and only what was listed is ever read: no path of a request reaches the disk.
 */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { extname, join, relative, sep } from 'node:path';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

/** Scripts, styles and data from here alone, and no frame of another site around it. */
const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "font-src 'self'",
  "connect-src 'self'",
  // Attachments are read with the token and shown as blobs; agents report images as data.
  "img-src 'self' blob: data:",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

const mediaTypes: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
};

/** How the build has compressed a file: the better one first. */
const encodings = [
  { name: 'br', ending: '.br' },
  { name: 'gzip', ending: '.gz' },
] as const;

interface ConsoleFile {
  path: string;
  mediaType: string;
  etag: string;
  /** Its name changes with its content. */
  forever: boolean;
  /** Endings of the compressed forms that lie beside it. */
  compressed: ReadonlySet<string>;
}

export interface ConsolePage {
  /** Whether a browser asks for a page here, and not a program for data. */
  wants(request: FastifyRequest): boolean;
  send(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply>;
}

/**
 * Adds a route for each file of `folder`, and returns the page itself, for the addresses that only the console knows.
 * `undefined` where the folder has no `index.html`: the console was not built. `check` throws what refuses a request.
 */
export function addConsole(
  app: FastifyInstance,
  folder: string,
  check: (request: FastifyRequest) => void,
): ConsolePage | undefined {
  const files = listFiles(folder);
  const page = files.get('/index.html');
  if (page === undefined) return undefined;
  for (const [name, file] of files) {
    // A page of its own, such as /docs, has its address without the ending; that of the console is at every other one.
    const url = file === page ? name : name.replace(/\.html$/, '');
    app.get(url, { onRequest: async (request) => check(request) }, (request, reply) =>
      sendFile(file, request, reply),
    );
  }
  return {
    wants: ({ method, headers, url }) =>
      method === 'GET' &&
      /\btext\/html\b/.test(headers.accept ?? '') &&
      !/^\/(?:admin|assets)(?:[/?]|$)/.test(url),
    send: (request, reply) => sendFile(page, request, reply),
  };
}

function listFiles(folder: string): Map<string, ConsoleFile> {
  const names = new Set(filesBelow(folder).map((path) => relative(folder, path).split(sep).join('/')));
  const files = new Map<string, ConsoleFile>();
  for (const name of names) {
    const mediaType = mediaTypes[extname(name)];
    if (mediaType === undefined) continue;
    const path = join(folder, name);
    const forever = name.startsWith('assets/');
    files.set(`/${name}`, {
      path,
      mediaType,
      // Those that last have the hash of their content in their name: nothing large is read at a start.
      etag: forever ? `"${name}"` : `"${hashOf(path)}"`,
      forever,
      compressed: new Set(encodings.map(({ ending }) => ending).filter((ending) => names.has(name + ending))),
    });
  }
  return files;
}

function hashOf(path: string): string {
  return createHash('sha256').update(readFileSync(path)).digest('base64url').slice(0, 22);
}

function filesBelow(folder: string): string[] {
  try {
    return readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

async function sendFile(
  { path, mediaType, etag, forever, compressed }: ConsoleFile,
  { headers }: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  reply.type(mediaType).headers({
    etag,
    vary: 'accept-encoding',
    'cache-control': forever ? 'public, max-age=31536000, immutable' : 'no-cache',
    'content-security-policy': contentSecurityPolicy,
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
  });
  if (headers['if-none-match'] === etag) return reply.status(304).send();
  const accepted = String(headers['accept-encoding'] ?? '');
  const encoding = encodings.find(
    ({ name, ending }) => compressed.has(ending) && new RegExp(`\\b${name}\\b`).test(accepted),
  );
  if (encoding !== undefined) reply.header('content-encoding', encoding.name);
  return reply.send(await readFile(path + (encoding?.ending ?? '')));
}
