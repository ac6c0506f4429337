/** Puts together what two neighbouring pieces of a log say of one thing. */
import type { Ask, Item, Message, RunFacts, Tool } from './items';

export function joinItems(older: Item, newer: Item): Item {
  const lastSeq = Math.max(older.lastSeq, newer.lastSeq);
  if (older.kind === 'message' && newer.kind === 'message') return { ...joinMessages(older, newer), lastSeq };
  if (older.kind === 'tool' && newer.kind === 'tool') return { ...joinTools(older, newer), lastSeq };
  return { ...older, lastSeq };
}

function joinMessages(older: Message, newer: Message): Message {
  const place = {
    key: older.key,
    seq: older.seq,
    parentToolUseId: older.parentToolUseId ?? newer.parentToolUseId,
  };
  const role = older.role ?? newer.role;
  const told = newer.whole
    ? newer
    : {
        ...newer,
        text: older.text + newer.text,
        thinking: older.thinking + newer.thinking,
        blocks: [...older.blocks, ...newer.blocks],
        whole: older.whole,
      };
  return { ...told, ...place, ...(role === undefined ? {} : { role }) };
}

/** The latest word holds; the place is that of the first. */
function joinTools(older: Tool, newer: Tool): Tool {
  const startedAt = older.startedAt ?? newer.startedAt;
  return {
    ...older,
    ...newer,
    key: older.key,
    seq: older.seq,
    parentToolUseId: older.parentToolUseId ?? newer.parentToolUseId,
    asks: newer.asks.reduce<readonly Ask[]>(addAsk, older.asks),
    ...(startedAt === undefined ? {} : { startedAt }),
  };
}

/** A question or its answer, whichever half came. */
export function addAsk(asks: readonly Ask[], half: Ask): readonly Ask[] {
  const known = asks.findIndex(({ requestId }) => requestId === half.requestId);
  return known === -1 ? [...asks, half] : asks.with(known, { ...asks[known], ...half });
}

/** How long people were waited for. */
export function askedMsOf(item: Item): number {
  if (item.kind !== 'tool') return 0;
  const waits = item.asks.map(({ requestedAt, decidedAt }) =>
    requestedAt === undefined || decidedAt === undefined ? 0 : decidedAt - requestedAt,
  );
  return waits.reduce((sum, ms) => sum + ms, 0);
}

export function joinRuns(older: RunFacts, newer: RunFacts): RunFacts {
  const joined: RunFacts = { ...older, ...newer };
  const promptKey = older.promptKey ?? newer.promptKey;
  const startedAt = older.startedAt ?? newer.startedAt;
  const askedMs = (older.askedMs ?? 0) + (newer.askedMs ?? 0);
  if (promptKey !== undefined) joined.promptKey = promptKey;
  if (startedAt !== undefined) joined.startedAt = startedAt;
  if (askedMs !== 0) joined.askedMs = askedMs;
  if (newer.prompt !== undefined) joined.prompt = { ...older.prompt, ...newer.prompt };
  return joined;
}
