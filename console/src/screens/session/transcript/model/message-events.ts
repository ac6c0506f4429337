import type { ContentBlock } from 'quarterdeck/client';
import type { EnvelopeOf, EventOf, Message } from './items';
import type { Transcript } from './transcript';

type Said = EventOf<'message_end'>['message'];

export function startMessage(transcript: Transcript, envelope: EnvelopeOf<'message_start'>): void {
  const { message, parentToolUseId } = envelope.event;
  const { role } = message;
  if (role === 'toolResult') return;
  const known = messageOf(transcript, envelope, envelope.event.messageId);
  put(transcript, { ...known, role, parentToolUseId, ...contentOf(message) }, envelope);
}

export function updateMessage(transcript: Transcript, envelope: EnvelopeOf<'message_update'>): void {
  const { messageId, textDelta = '', thinkingDelta = '', contentBlocks } = envelope.event;
  const known = messageOf(transcript, envelope, messageId);
  const message = { ...known, text: known.text + textDelta, thinking: known.thinking + thinkingDelta };
  if (contentBlocks !== undefined) message.blocks = [...known.blocks, ...contentBlocks];
  put(transcript, message, envelope);
}

export function endMessage(transcript: Transcript, envelope: EnvelopeOf<'message_end'>): void {
  const { messageId, message, parentToolUseId } = envelope.event;
  const { role } = message;
  // What a tool said is told by the events of the tool.
  if (role === 'toolResult') return;
  const known = messageOf(transcript, envelope, messageId);
  const parent = parentToolUseId ?? known.parentToolUseId;
  put(transcript, { ...known, role, parentToolUseId: parent, ...contentOf(message), whole: true }, envelope);
}

function put(transcript: Transcript, message: Message, { seq }: { seq: number }): void {
  const { key, runId, role, parentToolUseId } = message;
  if (role === 'user' && parentToolUseId === undefined && runId !== undefined)
    if (transcript.runs.get(runId)?.promptKey === undefined) transcript.setRun({ runId, promptKey: key });
  transcript.put({ ...message, lastSeq: seq });
}

function messageOf(
  transcript: Transcript,
  { seq, runId }: { seq: number; runId?: string | undefined },
  messageId: string,
): Message {
  const key = `message:${runId}:${messageId}`;
  const known = transcript.find(key);
  if (known?.kind === 'message') return known;
  return { kind: 'message', key, seq, lastSeq: seq, runId, text: '', thinking: '', blocks: [], whole: false };
}

function contentOf({ content }: Said): Pick<Message, 'text' | 'thinking' | 'blocks'> {
  if (typeof content === 'string') return { text: content, thinking: '', blocks: [] };
  return {
    text: joined(content, 'text'),
    thinking: joined(content, 'thinking'),
    // Tools have events of their own.
    blocks: content.filter(({ type }) => type === 'image' || type === 'media_ref'),
  };
}

function joined(blocks: readonly ContentBlock[], type: 'text' | 'thinking'): string {
  return blocks.flatMap((block) => (block.type === type ? [block.text] : [])).join('\n\n');
}
