import fc from 'fast-check';
import type { EventEnvelope, SessionEvent } from 'quarterdeck/client';
import { describe, expect, it } from 'vitest';
import { RowList } from './rows';
import { type Slot, Transcript } from './transcript';

const runId = 'run_1';

function envelopes(events: readonly SessionEvent[]): EventEnvelope[] {
  return events.map((event, index) => ({
    seq: index + 1,
    type: event.type,
    ts: 1000 + index,
    projectId: 'p',
    sessionId: 's',
    ...(event.type === 'run_queued' ? {} : { runId: 'runId' in event ? (event.runId ?? runId) : runId }),
    streamId: 'l',
    source: 'agent',
    event,
  }));
}

function read(events: readonly SessionEvent[]): Transcript {
  const transcript = new Transcript();
  transcript.append(envelopes(events));
  return transcript;
}

/** All that a transcript says, for comparing. */
function tell(transcript: Transcript) {
  const branch = (slots: readonly Slot[]): unknown[] =>
    slots.map(({ item, index }) => ({ item, index, children: branch(transcript.childrenOf(item.key)) }));
  const { runs, pending, firstSeq, lastSeq, openRun } = transcript;
  return {
    tops: branch(transcript.tops),
    runs: [...runs],
    pending: [...pending].sort(),
    firstSeq,
    lastSeq,
    openRun,
  };
}

function rowsOf(transcript: Transcript, opened = new Map<string, boolean>()) {
  return new RowList().update(transcript, opened).map(({ slot, depth }) => ({ depth, ...slot.item }));
}

const queued: SessionEvent = {
  type: 'run_queued',
  runId,
  projectId: 'p',
  queuedAt: 1,
  input: { content: 'Hello' },
  queuePosition: 1,
};
const claimed: SessionEvent = { type: 'run_injecting', runId, projectId: 'p', claimedAt: 2, attempt: 1 };
const completed: SessionEvent = {
  type: 'run_completed',
  runId,
  projectId: 'p',
  completedAt: 9,
  finalOutput: '',
};

const parked: SessionEvent = {
  type: 'run_parked',
  runId,
  projectId: 'p',
  parkedAt: 5,
  reason: 'budget',
  message: 'Used up',
  autoResume: false,
};
const resumed: SessionEvent = { type: 'run_resumed', runId, projectId: 'p', resumedAt: 6, source: 'api' };
const requeued: SessionEvent = { type: 'run_requeued', runId, projectId: 'p', requeuedAt: 7, reason: 'r' };

function said(
  messageId: string,
  text: string,
  more: { role?: 'user' | 'assistant'; parent?: string } = {},
): SessionEvent[] {
  const { role = 'assistant', parent } = more;
  const of = parent === undefined ? {} : { parentToolUseId: parent };
  return [
    { type: 'message_start', messageId, message: { role, content: '' }, ...of },
    { type: 'message_end', messageId, message: { role, content: text }, ...of },
  ];
}

function used(toolUseId: string, output: string, parent?: string): SessionEvent[] {
  const of = parent === undefined ? {} : { parentToolUseId: parent };
  const result = { content: [{ type: 'text' as const, text: output }] };
  return [
    { type: 'tool_execution_start', toolUseId, toolName: 'Bash', input: { command: 'ls' }, ...of },
    { type: 'tool_execution_end', toolUseId, toolName: 'Bash', result, isError: false, durationMs: 5, ...of },
  ];
}

describe('a transcript', () => {
  it('shows a prompt once, where its run begins, and not where it was queued', () => {
    const rows = rowsOf(
      read([queued, ...said('a', 'before'), claimed, ...said('u', 'Hello', { role: 'user' }), completed]),
    );
    expect(rows.map(({ kind }) => kind)).toEqual(['message', 'run_start', 'run_end']);
  });

  it('shows what was said into a turn', () => {
    const into = said('v', 'And this', { role: 'user' });
    const rows = rowsOf(read([queued, claimed, ...said('u', 'Hello', { role: 'user' }), ...into]));
    expect(rows.at(-1)).toMatchObject({ kind: 'message', role: 'user', text: 'And this' });
  });

  it('puts a message together from its pieces, and takes its end for the whole', () => {
    const [start, end] = said('m', 'One, two') as [SessionEvent, SessionEvent];
    const deltas: SessionEvent[] = ['One', ', tw'].map((textDelta) => ({
      type: 'message_update',
      messageId: 'm',
      textDelta,
    }));
    expect(rowsOf(read([start, ...deltas]))).toMatchObject([{ text: 'One, tw', whole: false }]);
    expect(rowsOf(read([start, ...deltas, end]))).toMatchObject([{ text: 'One, two', whole: true }]);
    expect(rowsOf(read([start, end]))).toMatchObject([{ text: 'One, two', whole: true }]);
  });

  it('keeps thinking apart from text', () => {
    const content = [
      { type: 'thinking' as const, text: 'Hm.' },
      { type: 'text' as const, text: 'Yes.' },
    ];
    const events: SessionEvent[] = [
      { type: 'message_update', messageId: 'm', thinkingDelta: 'Hm' },
      { type: 'message_end', messageId: 'm', message: { role: 'assistant', content } },
    ];
    expect(rowsOf(read(events))).toMatchObject([{ thinking: 'Hm.', text: 'Yes.' }]);
  });

  it('leaves out messages that say nothing, once they have ended', () => {
    const [start, end] = said('m', '') as [SessionEvent, SessionEvent];
    expect(rowsOf(read([start]))).toHaveLength(1);
    expect(rowsOf(read([start, end]))).toEqual([]);
  });

  it('nests what a subagent does under its call, while the call runs or is opened', () => {
    const [start, end] = used('task', 'done') as [SessionEvent, SessionEvent];
    const inner = [
      ...said('m', 'inner words', { parent: 'task' }),
      ...used('inner', 'x', 'task'),
      ...used('deep', 'y', 'inner'),
    ];
    const opened = new Map([['tool:run_1:inner', true]]);
    const running = rowsOf(read([start, ...inner]), opened);
    expect(running.map(({ depth }) => depth)).toEqual([0, 1, 1, 2]);
    expect(rowsOf(read([start, ...inner, end]))).toHaveLength(1);
    const all = new Map([...opened, ['tool:run_1:task', true]]);
    expect(rowsOf(read([start, ...inner, end]), all)).toHaveLength(4);
  });

  it('has a question in the place of its tool call, and counts how long it waited', () => {
    const request: SessionEvent = {
      type: 'permission_request',
      requestId: 'r',
      runId,
      projectId: 'p',
      toolUseId: 't',
      toolName: 'Bash',
      toolInput: { command: 'ls' },
      requestedAt: 10,
      actions: [],
    };
    const decision: SessionEvent = {
      type: 'permission_decision',
      requestId: 'r',
      runId,
      projectId: 'p',
      toolUseId: 't',
      decision: 'allow',
      source: 'api',
      decidedAt: 40,
    };
    const [start, end] = used('t', 'x') as [SessionEvent, SessionEvent];
    const asking = read([start, request]);
    expect([...asking.pending]).toEqual([['r', 'tool:run_1:t']]);
    const answered = read([request, start, decision, end]);
    expect(answered.pending.size).toBe(0);
    expect(rowsOf(answered)).toMatchObject([{ kind: 'tool', asks: [{ decision: 'allow' }] }]);
    expect(answered.runs.get(runId)?.askedMs).toBe(30);
  });

  it('tells a run that goes on from one that is parked or was put back', () => {
    expect(read([queued, claimed]).openRun?.runId).toBe(runId);
    expect(read([queued, claimed, parked]).openRun).toBeUndefined();
    expect(read([queued, claimed, requeued]).openRun).toBeUndefined();
    expect(read([queued, claimed, parked, resumed, claimed]).openRun?.runId).toBe(runId);
    expect(read([queued, claimed, completed]).openRun).toBeUndefined();
  });

  it('hides a run that another turn took in', () => {
    expect(rowsOf(read([queued, { ...completed, injectedInto: 'run_0' } as SessionEvent]))).toEqual([]);
  });

  it('builds only the rows behind a change, and the same ones as at once', () => {
    const events = [
      claimed,
      ...said('a', 'x'),
      ...used('t', 'y'),
      ...said('b', 'z', { parent: 't' }),
      completed,
    ];
    const transcript = new Transcript();
    const list = new RowList();
    const opened = new Map<string, boolean>();
    for (const envelope of envelopes(events)) {
      transcript.append([envelope]);
      list.update(transcript, opened);
    }
    expect(list.rows.map(({ key }) => key)).toEqual(rowsOf(read(events)).map(({ key }) => key));
    expect(list.update(transcript, opened)).toBe(list.rows);
  });
});

describe('pieces of a log', () => {
  const id = fc.constantFrom('a', 'b', 'c');
  const parent = fc.option(fc.constantFrom('b', 'c'), { nil: undefined });
  const role = fc.constantFrom('user' as const, 'assistant' as const);
  const question = fc
    .record({ of: id, askedAt: fc.nat(50), waitedMs: fc.option(fc.nat(50)) })
    .map(({ of, askedAt, waitedMs }): SessionEvent[] => {
      const it = { requestId: `r${of}`, runId, projectId: 'p', toolUseId: of };
      const tool = { toolName: 'Bash', toolInput: {}, requestedAt: askedAt, actions: [] };
      const request: SessionEvent = { ...it, ...tool, type: 'permission_request' };
      if (waitedMs === null) return [request];
      const answer = { decision: 'deny' as const, source: 'api' as const, decidedAt: askedAt + waitedMs };
      return [request, { ...it, ...answer, type: 'permission_decision' }];
    });
  /** A subagent is of a call with a later letter, so that none is its own. */
  const within = (of: string, given: string | undefined) =>
    given !== undefined && given > of ? given : undefined;
  const things = fc.oneof(
    fc.constantFrom<SessionEvent[][]>([queued], [claimed], [completed], [parked], [resumed], [requeued]),
    fc.constant<SessionEvent[]>([{ type: 'run_edited', runId, input: { content: 'Bye' }, editedAt: 3 }]),
    fc.constant<SessionEvent[]>([{ type: 'notice', level: 'info', message: 'n' }]),
    question,
    fc
      .tuple(id, fc.constantFrom('x', 'y'), role, fc.array(fc.string({ maxLength: 2 }), { maxLength: 3 }))
      .map(([messageId, text, who, deltas]): SessionEvent[] => {
        const [start, end] = said(messageId, text, { role: who }) as [SessionEvent, SessionEvent];
        const updates = deltas.map(
          (textDelta): SessionEvent => ({ type: 'message_update', messageId, textDelta }),
        );
        return [start, ...updates, end];
      }),
    fc
      .tuple(id, parent)
      .map(([of, given]) => [...used(of, 'out', within(of, given)), ...said(`m${of}`, 'w', { parent: of })]),
  );

  it('come to the same wherever the log is cut', () => {
    fc.assert(
      fc.property(
        fc.array(things, { maxLength: 8 }),
        fc.array(fc.nat(40), { maxLength: 4 }),
        (parts, cuts) => {
          const log = envelopes(uniqueIds(parts).flat());
          const whole = new Transcript();
          whole.append(log);
          const places = [...new Set(cuts.filter((cut) => cut < log.length))].sort((a, b) => b - a);
          const pieces = new Transcript();
          let end = log.length;
          for (const place of [...places, 0]) {
            pieces.prepend(log.slice(place, end));
            end = place;
          }
          expect(tell(pieces)).toEqual(tell(whole));
        },
      ),
      { numRuns: 500 },
    );
  });
});

/** A thing that was told to its end is not told again under the same name. */
function uniqueIds(parts: readonly SessionEvent[][]): SessionEvent[][] {
  const seen = new Set<string>();
  return parts.filter((events) => {
    const [first] = events;
    if (first === undefined) return false;
    const name = JSON.stringify([
      first.type,
      'messageId' in first ? first.messageId : '',
      'toolUseId' in first ? first.toolUseId : '',
    ]);
    if (first.type !== 'notice' && seen.has(name)) return false;
    seen.add(name);
    return true;
  });
}
