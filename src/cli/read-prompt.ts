/** A prompt from the command line, a file or standard input, and the images that come with it. */
import { readFile } from 'node:fs/promises';
import { extname } from 'node:path';
import type { RouteBody } from '../client/index.js';
import type { Cli } from './cli.js';
import { UsageError } from './exits.js';

type Attachment = NonNullable<RouteBody<'createRun'>['attachments']>[number];

const mimeTypes: Readonly<Record<string, Attachment['mimeType']>> = {
  '.png': 'image/png',
  '.jpg': 'image/jpeg',
  '.jpeg': 'image/jpeg',
  '.gif': 'image/gif',
  '.webp': 'image/webp',
};

export async function readPrompt(
  { parts: { stdin } }: Cli,
  given: string | undefined,
  file: string | undefined,
): Promise<string> {
  if (given !== undefined && file !== undefined)
    throw new UsageError('there is a prompt and a --file: give one of them');
  if (file !== undefined && file !== '-') return notEmpty(await readFile(file, 'utf8'));
  if (given !== undefined && given !== '-') return notEmpty(given);
  if (given === undefined && file === undefined && stdin.isTTY)
    throw new UsageError('there is no prompt: give it as an argument, with --file, or on standard input');
  const chunks: Buffer[] = [];
  for await (const chunk of stdin) chunks.push(Buffer.from(chunk));
  return notEmpty(Buffer.concat(chunks).toString('utf8'));
}

function notEmpty(prompt: string): string {
  if (prompt.trim() === '') throw new UsageError('the prompt is empty');
  return prompt;
}

export async function readImages(paths: readonly string[] = []): Promise<Attachment[]> {
  return Promise.all(
    paths.map(async (path) => {
      const mimeType = mimeTypes[extname(path).toLowerCase()];
      if (mimeType === undefined)
        throw new UsageError(`"${path}" is no image that is known: ${Object.keys(mimeTypes).join(' ')}`);
      return { type: 'image' as const, mimeType, data: (await readFile(path)).toString('base64') };
    }),
  );
}
