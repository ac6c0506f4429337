import { describe, expect, it } from 'vitest';
import type { TextQuery } from '../../../src/core/index.js';
import { parseSearch } from '../../../src/core/search-text.js';
import { trimAll } from '../../support/store-retention.js';
import { delta, messageEnd, openWorld, type StoreWorld } from '../../support/store-world.js';
import { storesUnderTest } from '../../support/stores.js';

describe.each(storesUnderTest)('search in $name', (subject) => {
  async function worldWithProject(): Promise<StoreWorld> {
    const world = await openWorld(subject);
    await world.project();
    return world;
  }

  async function index(world: StoreWorld): Promise<number> {
    let portions = 1;
    while (await world.store.indexLogs()) portions += 1;
    return portions;
  }

  function find(world: StoreWorld, q: string, query: Partial<TextQuery> = {}) {
    return world.store.findText({ terms: parseSearch(q), limit: 50, ...query });
  }

  /** The texts of what is found, newest first. */
  async function texts(world: StoreWorld, q: string, query: Partial<TextQuery> = {}): Promise<string[]> {
    return (await find(world, q, query)).map(({ text }) => text);
  }

  async function said(world: StoreWorld, prompt: string, ...messages: string[]) {
    const claimed = await world.running({ prompt });
    await world.append(claimed, ...messages.map((text, n) => messageEnd(`m${n}`, text)));
    await world.finish(claimed);
    return claimed;
  }

  it('finds prompts and what the agent said, and says where they stand', async () => {
    const world = await worldWithProject();
    const { runId, session } = await said(world, 'Sort the apples', 'The apples are sorted.');
    await index(world);
    const log = await world.log(session.sessionId);
    const found = await find(world, 'apples');
    const { sessionId, projectId } = session;
    expect(found).toMatchObject([
      { kind: 'message', text: 'The apples are sorted.', runId, sessionId, projectId, ts: world.now },
      { kind: 'prompt', text: 'Sort the apples', runId, sessionId, projectId },
    ]);
    const types = found.map(({ seq }) => log.find((event) => event.seq === seq)?.type);
    expect(types).toEqual(['message_end', 'run_queued']);
  });

  it('takes no deltas, thoughts, tools or words of a user for messages', async () => {
    const world = await worldWithProject();
    const run = await world.running({ prompt: 'go' });
    await world.append(
      run,
      delta('m', 'hidden'),
      { type: 'message_end', messageId: 'u', message: { role: 'user', content: 'hidden' } },
      messageEnd('t', [{ type: 'thinking', text: 'hidden' }]),
      { type: 'tool_execution_update', toolUseId: 'u', partialOutput: 'hidden' },
    );
    await index(world);
    expect(await texts(world, 'hidden')).toEqual([]);
    expect(await texts(world, 'go')).toEqual(['go']);
  });

  it.each<[string, boolean]>([
    ['wörld', true],
    ['WORLD', true],
    ['worl', false],
    ['worl*', true],
    ['hello world', true],
    ['world hello', true],
    ['"hello wörld"', true],
    ['"wörld hello"', false],
    ['"hello wor"*', true],
    ['hello nothing', false],
    ['hello OR nothing', false],
    ['NOT hello', false],
    ['text:hello', false],
    ['place : prex', false],
    ['s1', false],
    ['hello)', true],
    ['"hello', true],
    ["'; DROP TABLE events --hello", false],
    ['foo_bar', true],
    ['c++', true],
    ['^hello', true],
    ['hello NEAR world', false],
  ])('takes %s for words alone, whatever they mean elsewhere', async (q, isFound) => {
    const world = await worldWithProject();
    await said(world, 'Hello Wörld, foo_bar in C++');
    await index(world);
    expect(await texts(world, q)).toHaveLength(isFound ? 1 : 0);
  });

  it.each([
    ['世界', true],
    ['"天气很好"', true],
    ['界世', false],
    ['天気', false],
    ['検索 データ', true],
    ['문장', true],
    ['gpt', true],
    ['GP', false],
    ['GPT模*', true],
  ])('finds %s within a text that has no spaces between its words', async (q, isFound) => {
    const world = await worldWithProject();
    await said(world, '你好世界，今天天气很好。データを検索する 문장입니다 GPT模型');
    await index(world);
    expect(await texts(world, q)).toHaveLength(isFound ? 1 : 0);
  });

  it('finds a prompt as it was last worded, whenever the index looked', async () => {
    const world = await worldWithProject();
    const early = await world.admit({ prompt: 'apples first' });
    await index(world);
    await world.store.editRun(early.runId, 'pears then', world.now);
    await index(world);
    expect([await texts(world, 'apples'), await texts(world, 'pears')]).toEqual([[], ['pears then']]);
    await world.store.editRun(early.runId, 'plums then', world.now);
    await world.store.editRun(early.runId, 'apples again', world.now);
    await index(world);
    expect([await texts(world, 'pears'), await texts(world, 'plums')]).toEqual([[], []]);
    const [hit] = await find(world, 'apples');
    expect(hit).toMatchObject({ kind: 'prompt', text: 'apples again', runId: early.runId });
    expect((await world.log(early.sessionId)).find(({ seq }) => seq === hit?.seq)?.type).toBe('run_edited');
    const late = await world.admit({ sessionId: early.sessionId, prompt: 'grapes' });
    await world.store.editRun(late.runId, 'melons', world.now);
    await index(world);
    expect([await texts(world, 'grapes'), await texts(world, 'melons')]).toEqual([[], ['melons']]);
  });

  it('stays within a project and a session', async () => {
    const world = await worldWithProject();
    await world.project('rex.two');
    const mine = await said(world, 'apples of mine');
    const others = await world.admit({ projectId: 'rex.two', prompt: 'apples of others' });
    await said(world, 'more apples');
    await index(world);
    expect(await texts(world, 'apples', { projectId: 'rex.two' })).toEqual(['apples of others']);
    expect(await texts(world, 'apples', { projectId: 'rex' })).toEqual(['more apples', 'apples of mine']);
    expect(await texts(world, 'apples', { sessionId: others.sessionId })).toEqual(['apples of others']);
    const { sessionId } = mine.session;
    expect(await texts(world, 'apples', { sessionId, projectId: 'rex.two' })).toEqual([]);
    expect(await texts(world, 'apples', { sessionId: 'ses_none' })).toEqual([]);
    expect(await texts(world, 'apples', { projectId: 'none' })).toEqual([]);
  });

  it('pages from new to old, each hit once, also when new ones come between', async () => {
    const world = await worldWithProject();
    for (let n = 0; n < 7; n += 1) await world.admit({ prompt: `apple ${n}` });
    await index(world);
    const first = await find(world, 'apple', { limit: 3 });
    await world.admit({ prompt: 'apple 7' });
    await index(world);
    const rest = await find(world, 'apple', { cursor: first.at(-1)?.cursor ?? '' });
    expect([...first, ...rest].map(({ text }) => text)).toEqual(
      [6, 5, 4, 3, 2, 1, 0].map((n) => `apple ${n}`),
    );
  });

  it('indexes long logs in portions, each event once, also after it was interrupted', async () => {
    const world = await worldWithProject();
    const run = await world.running({ prompt: 'go' });
    await world.append(run, ...Array.from({ length: 180 }, (_, n) => messageEnd(`m${n}`, `apple ${n}`)));
    expect(await world.store.indexLogs()).toBe(true);
    if (subject.keepsData) await world.reopen();
    await index(world);
    expect(await texts(world, 'apple', { limit: 500 })).toEqual(
      Array.from({ length: 180 }, (_, n) => `apple ${179 - n}`),
    );
    expect(await index(world)).toBe(1);
    await world.append(run, messageEnd('late', 'apple late'));
    await index(world);
    expect((await texts(world, 'apple'))[0]).toBe('apple late');
  });

  it('has nothing of a session that was deleted, at once and after the purge', async () => {
    const world = await worldWithProject();
    const gone = await said(world, 'apples', 'apples');
    await said(world, 'apples kept');
    await index(world);
    const late = await said(world, 'apples never indexed');
    await world.store.deleteSession(gone.session.sessionId);
    await world.store.deleteSession(late.session.sessionId);
    expect(await texts(world, 'apples')).toEqual(['apples kept']);
    await index(world);
    while (await world.store.purge(0));
    expect(await texts(world, 'apples')).toEqual(['apples kept']);
  });

  it('has nothing of events that were removed', async () => {
    const world = await worldWithProject();
    const run = await said(world, 'apples old');
    world.clock.advance(1);
    await world.admit({ sessionId: run.session.sessionId, prompt: 'apples new' });
    await index(world);
    await trimAll(world, { endedBefore: world.now });
    expect(await texts(world, 'apples')).toEqual(['apples new']);
    await index(world);
    expect(await texts(world, 'apples')).toEqual(['apples new']);
  });
});
