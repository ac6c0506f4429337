import { describe, expect, test } from 'vitest';
import { limits } from '../../../src/contract/index.js';
import { readRefusal } from '../../support/http-client.js';
import type { InWorld } from './world.js';

/** A picture of one pixel. */
const png =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';

/** As large as it is told, beginning like the kind. */
function imageOf(bytes: number, head: readonly number[] = [0xff, 0xd8, 0xff]): string {
  const content = Buffer.alloc(bytes);
  content.set(head);
  return content.toString('base64');
}

const image = (mimeType: string, data: string) => ({ type: 'image', mimeType, data });

export function describeAttachments(world: InWorld): void {
  const start = (...attachments: readonly unknown[]) =>
    world().start('What do you see?', undefined, { attachments });
  const refused = (...attachments: readonly unknown[]) => {
    const { projectId } = world().project;
    const body = { projectId, prompt: 'Look', attachments };
    return world().client.refused('createRun', { body });
  };
  const fetchAttachment = (path: string, headers: Record<string, string> = {}) =>
    fetch(world().server.baseUrl + path, { headers: { 'x-cp-token': world().server.token, ...headers } });

  describe('images of a prompt', () => {
    test('reach the agent, and the log and the run name them', async () => {
      const { runId, sessionId } = await start(image('image/png', png), image('image/jpeg', imageOf(40)));
      const bytes = Buffer.from(png, 'base64').length;
      const { finalOutput } = await world().ended(runId);
      expect(finalOutput).toContain(`2 images: image/png of ${bytes} bytes, image/jpeg of 40 bytes`);
      const attachments = [
        { type: 'media_ref', url: `/admin/runs/${runId}/attachments/0`, mimeType: 'image/png' },
        { type: 'media_ref', url: `/admin/runs/${runId}/attachments/1`, mimeType: 'image/jpeg' },
      ];
      expect((await world().run(runId)).input).toEqual({ content: 'What do you see?', attachments });
      const { runs } = await world().client.ask('listSessionRuns', { params: { sessionId } });
      expect(runs[0]?.input.attachments).toEqual(attachments);
      const types = 'run_queued,message_start';
      const { events } = await world().events({ params: { runId }, query: { types } });
      expect(events[0]?.event).toMatchObject({ type: 'run_queued', input: { attachments } });
      const content = [{ type: 'text', text: 'What do you see?' }, ...attachments];
      expect(events[1]?.event).toMatchObject({ message: { role: 'user', content } });
    });

    test('are served as they were sent, and as nothing else', async () => {
      const { runId, sessionId } = await start(image('image/png', png));
      await world().ended(runId);
      const path = `/admin/runs/${runId}/attachments/0`;
      const answer = await fetchAttachment(path);
      expect(answer.status).toBe(200);
      expect(Object.fromEntries(answer.headers)).toMatchObject({
        'content-type': 'image/png',
        'content-disposition': 'inline',
        'x-content-type-options': 'nosniff',
        'cache-control': expect.stringContaining('immutable'),
      });
      expect(Buffer.from(await answer.arrayBuffer()).toString('base64')).toBe(png);
      await world().client.ask('deleteSession', { params: { sessionId } });
      expect((await fetchAttachment(path)).status).toBe(404);
    });

    test('that are not there are not found', async () => {
      const { runId } = await start(image('image/png', png));
      await world().ended(runId);
      const headers = { 'x-cp-token': world().server.token };
      for (const index of ['1', '-1', '00', '1e0', 'x', '9'.repeat(30)]) {
        for (const id of [runId, 'nothing']) {
          const path = `/admin/runs/${id}/attachments/${index}`;
          const refusal = readRefusal(await world().client.raw({ path, headers }));
          expect(refusal).toMatchObject({ status: 404, code: 'attachment_not_found' });
        }
      }
    });

    test.each([
      ['image/png', [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]],
      ['image/jpeg', [0xff, 0xd8, 0xff]],
      ['image/gif', [0x47, 0x49, 0x46, 0x38, 0x39, 0x61]],
      ['image/webp', [0x52, 0x49, 0x46, 0x46, 9, 9, 9, 9, 0x57, 0x45, 0x42, 0x50]],
    ])('may be %s, and then begin like one', async (mimeType, head) => {
      const { runId } = await start(image(mimeType, imageOf(40, head)));
      await world().ended(runId);
      const refusal = await refused(image('image/png', png), image(mimeType, imageOf(40, [1, 2, 3])));
      expect(refusal.details).toEqual([
        { path: 'attachments.1.data', message: expect.stringContaining(mimeType) },
      ]);
    });

    test.each([
      ['another type', { type: 'file', mimeType: 'image/png', data: png }, 'attachments.0.type'],
      ['another kind', image('image/svg+xml', png), 'attachments.0.mimeType'],
      ['no Base64', image('image/png', `${png.slice(0, -4)}!!!!`), 'attachments.0.data'],
      ['no padding', image('image/png', png.replace(/=+$/, '')), 'attachments.0.data'],
      ['line breaks', image('image/png', `${png.slice(0, 40)}\n${png.slice(40)}`), 'attachments.0.data'],
      ['nothing in it', image('image/png', ''), 'attachments.0.data'],
      ['too many bytes', image('image/jpeg', imageOf(limits.attachmentBytesMax + 1)), 'attachments.0.data'],
    ])('are refused with %s', async (_what, attachment, path) => {
      const refusal = await refused(attachment);
      expect(refusal).toMatchObject({ status: 400, code: 'validation_failed' });
      expect(refusal.details?.map((detail) => detail.path)).toEqual([path]);
    });

    test('are bounded in number and together, and may be as large as that', async () => {
      const many = Array.from({ length: limits.attachmentsMax + 1 }, () => image('image/png', png));
      expect((await refused(...many)).details?.map(({ path }) => path)).toEqual(['attachments']);
      const large = image('image/jpeg', imageOf(limits.attachmentBytesMax));
      const heavy = await refused(large, large, image('image/png', png));
      expect(heavy.details?.map(({ path }) => path)).toEqual(['attachments']);
      const { runId } = await start(large, large);
      expect((await world().ended(runId)).finalOutput).toContain(`${limits.attachmentBytesMax} bytes`);
    });

    test('are part of what an idempotency key stands for', async () => {
      const { projectId } = world().project;
      const key = `images-${Date.now()}`;
      const body = { projectId, prompt: 'Look', attachments: [image('image/png', png)] };
      const first = await world().client.ask('createRun', { body, key });
      expect(await world().client.ask('createRun', { body, key })).toEqual(first);
      const other = { ...body, attachments: [image('image/jpeg', imageOf(40))] };
      expect((await world().client.refused('createRun', { body: other, key })).code).toBe(
        'idempotency_conflict',
      );
      await world().ended(first.runId);
    });
  });
}
