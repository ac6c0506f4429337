import { describe, expect, it } from 'vitest';
import { createLocalWakeup } from './local-wakeup.js';
import type { WakeupTopic } from './ports/wakeup.js';

/** Everything that was due is delivered by then. */
const delivered = () => new Promise((resolve) => setImmediate(resolve));

function listening(...topics: WakeupTopic[]) {
  const wakeup = createLocalWakeup();
  const heard: string[] = [];
  const unsubscribe = topics.map((topic) => wakeup.subscribe(topic, () => heard.push(topic)));
  return { wakeup, heard, unsubscribe };
}

describe('a wake-up within the process', () => {
  it('comes soon, and not within the call', async () => {
    const { wakeup, heard } = listening('log:ses_1');
    wakeup.notify(['log:ses_1']);
    expect(heard).toEqual([]);
    await delivered();
    expect(heard).toEqual(['log:ses_1']);
  });

  it('comes once for all that was told until then', async () => {
    const { wakeup, heard } = listening('queue', 'log:ses_1');
    for (let n = 0; n < 10; n += 1) wakeup.notify(['queue', 'log:ses_1', 'queue']);
    await delivered();
    expect(heard.sort()).toEqual(['log:ses_1', 'queue']);
  });

  it('reaches everyone who listens, and only for that topic', async () => {
    const { wakeup, heard } = listening('queue', 'queue', 'cancel:run_1', 'log:ses_2');
    wakeup.notify(['queue', 'log:ses_1']);
    await delivered();
    expect(heard).toEqual(['queue', 'queue']);
  });

  it('comes again for what is told meanwhile', async () => {
    const { wakeup } = listening();
    let heard = 0;
    wakeup.subscribe('queue', () => {
      heard += 1;
      if (heard < 3) wakeup.notify(['queue']);
    });
    wakeup.notify(['queue']);
    await delivered();
    expect(heard).toBe(3);
  });

  it('does not come to one who left before it was delivered', async () => {
    const { wakeup, heard, unsubscribe } = listening('queue', 'queue');
    wakeup.notify(['queue']);
    unsubscribe[0]?.();
    await delivered();
    expect(heard).toEqual(['queue']);
  });

  it('does not come to one who was not there when it was told', async () => {
    const { wakeup, heard } = listening();
    wakeup.notify(['queue']);
    wakeup.subscribe('queue', () => heard.push('queue'));
    await delivered();
    expect(heard).toEqual([]);
  });

  it('reaches the same function once for each of its subscriptions', async () => {
    const wakeup = createLocalWakeup();
    let heard = 0;
    const listener = () => {
      heard += 1;
    };
    const first = wakeup.subscribe('queue', listener);
    wakeup.subscribe('queue', listener);
    wakeup.notify(['queue']);
    await delivered();
    expect(heard).toBe(2);
    first();
    first();
    wakeup.notify(['queue']);
    await delivered();
    expect(heard).toBe(3);
  });

  it('still comes to a new listener when an old one leaves twice', async () => {
    const { wakeup, heard, unsubscribe } = listening('queue');
    unsubscribe[0]?.();
    wakeup.subscribe('queue', () => heard.push('new'));
    unsubscribe[0]?.();
    wakeup.notify(['queue']);
    await delivered();
    expect(heard).toEqual(['new']);
  });

  it('lets a listener leave, and another come, while it is delivered', async () => {
    const { wakeup, heard } = listening();
    const leave = wakeup.subscribe('queue', () => {
      heard.push('first');
      leave();
      wakeup.subscribe('queue', () => heard.push('later'));
    });
    wakeup.subscribe('queue', () => heard.push('second'));
    wakeup.notify(['queue']);
    await delivered();
    expect(heard).toEqual(['first', 'second']);
  });
});
