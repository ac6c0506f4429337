/** Images that a prompt brings along. */
import { z } from 'zod';
import { limits } from './limits.js';

export const imageMimeTypes = ['image/png', 'image/jpeg', 'image/gif', 'image/webp'] as const;
export type ImageMimeType = (typeof imageMimeTypes)[number];

/** Of Base64; enough to tell the kind of an image. */
const headChars = 24;

/** Whether the first bytes, one per character, are those of the kind. */
const begins: Record<ImageMimeType, (head: string) => boolean> = {
  'image/png': (head) => head.startsWith('\x89PNG\r\n\x1a\n'),
  'image/jpeg': (head) => head.startsWith('\xff\xd8\xff'),
  'image/gif': (head) => /^GIF8[79]a/.test(head),
  'image/webp': (head) => head.startsWith('RIFF') && head.slice(8, 12) === 'WEBP',
};

export function bytesOfBase64(data: string): number {
  const padding = data.endsWith('==') ? 2 : data.endsWith('=') ? 1 : 0;
  return (data.length / 4) * 3 - padding;
}

function problemOf(mimeType: ImageMimeType, data: string): string | undefined {
  if (data === '' || data.length % 4 !== 0 || !/^[A-Za-z0-9+/]+={0,2}$/.test(data))
    return 'must be Base64 with padding and nothing else';
  if (bytesOfBase64(data) > limits.attachmentBytesMax)
    return `must not be larger than ${limits.attachmentBytesMax} bytes`;
  if (!begins[mimeType](atob(data.slice(0, headChars)))) return `does not begin like ${mimeType}`;
  return undefined;
}

export const attachment = z
  .object({
    type: z.literal('image'),
    mimeType: z.enum(imageMimeTypes),
    /** Base64. */
    data: z.string(),
  })
  .superRefine(({ mimeType, data }, context) => {
    const message = problemOf(mimeType, data);
    if (message !== undefined) context.addIssue({ code: 'custom', path: ['data'], message });
  });
export type Attachment = z.infer<typeof attachment>;

export const attachments = z
  .array(attachment)
  .max(limits.attachmentsMax)
  .refine(
    (all) => all.reduce((bytes, { data }) => bytes + bytesOfBase64(data), 0) <= limits.attachmentsBytesMax,
    { message: `must not be larger than ${limits.attachmentsBytesMax} bytes together` },
  );

/** Where a reader of the log finds an attachment; `index` counts from 0. */
export function attachmentPath(runId: string, index: number): string {
  return `/admin/runs/${runId}/attachments/${index}`;
}
