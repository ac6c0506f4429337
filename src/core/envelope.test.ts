import { describe, expect, it } from 'vitest';
import { delta, openMemoryWorld } from '../../test/support/store-world.js';
import { eventEnvelope } from '../contract/index.js';
import { envelopeRenderer } from './envelope.js';

describe('the envelope of an event', () => {
  it('fits the contract for every kind of event of a run’s life', async () => {
    const world = await openMemoryWorld();
    await world.project();
    const claimed = await world.running({ prompt: 'quote " and \u2028 line' });
    const { sessionId } = claimed.session;
    await world.append(claimed, delta('m', 'with "quotes"\n'));
    const { requestId } = await world.ask(claimed);
    await world.store.decidePermission(requestId, { decision: 'deny', source: 'api', at: world.now });
    await world.store.setQueuePaused(sessionId, true, 'a person', world.now);
    await world.finish(claimed, { continuation: { provider: 'openai', key: 'k' } });
    const render = envelopeRenderer({ projectId: 'rex', sessionId });
    const log = await world.log(sessionId);
    for (const event of log) {
      const envelope = JSON.parse(render(event));
      expect(eventEnvelope.parse(envelope)).toEqual(envelope);
      const { seq, type, ts, runId, source, json } = event;
      expect(envelope).toEqual({
        seq,
        type,
        ts,
        projectId: 'rex',
        sessionId,
        streamId: sessionId,
        source,
        event: JSON.parse(json),
        ...(runId === undefined ? {} : { runId }),
      });
    }
    expect(new Set(log.map(({ runId }) => runId))).toEqual(new Set([claimed.runId, undefined]));
  });

  it('is one line, whatever the event says', () => {
    const json = JSON.stringify({ type: 'notice', level: 'info', message: 'a\nb\r\nc' });
    const render = envelopeRenderer({ projectId: 'p"1', sessionId: 's\n1' });
    const line = render({ seq: 1, type: 'notice', ts: 2, source: 'control-plane', json });
    expect(line).not.toMatch(/[\r\n]/);
    expect(JSON.parse(line)).toMatchObject({ projectId: 'p"1', sessionId: 's\n1', streamId: 's\n1' });
  });
});
