/**
 * What the model says: deltas of its own messages, then each block of them whole. Subagents have whole blocks only, with
 * the tool call that they work for.
 */
import { type Fields, fieldsOf, listOf, textOf } from '../process/index.js';
import type { TurnReport, WholeMessage } from '../report/index.js';

export class AssistantWords {
  /** Answers of the model that were begun, subagents aside. */
  turns = 0;
  /** Of the message that is being streamed. */
  private key = '';
  private whole: WholeMessage = {};

  constructor(private readonly report: TurnReport) {}

  /** A `stream_event`: an event of the Messages API. */
  onStream({ event, parent_tool_use_id }: Fields): void {
    if (typeof parent_tool_use_id === 'string') return;
    const { type, message, delta } = fieldsOf(event);
    if (type === 'message_start') {
      this.turns += 1;
      this.endStreamed();
      this.key = String(fieldsOf(message).id);
    } else if (type === 'content_block_delta') {
      const { text, thinking } = fieldsOf(delta);
      this.report.say(this.key, textOf(text) ?? '');
      this.report.think(this.key, textOf(thinking) ?? '');
    } else if (type === 'message_stop') this.endStreamed();
  }

  /** An `assistant` frame: one block of a message, or several. */
  onAssistant({ message, parent_tool_use_id, uuid }: Fields): void {
    const { id, content } = fieldsOf(message);
    const parentToolUseId = textOf(parent_tool_use_id);
    const streamed = parentToolUseId === undefined && id === this.key;
    for (const block of listOf(content).map(fieldsOf)) {
      if (block.type === 'tool_use') this.startTool(block, parentToolUseId);
      else if (streamed) this.collect(block);
      else this.report.endMessage(`${String(uuid)}/${String(block.type)}`, wholeOf(block), parentToolUseId);
    }
  }

  private startTool({ id, name, input }: Fields, parentToolUseId: string | undefined): void {
    if (parentToolUseId === undefined) this.endStreamed();
    this.report.startTool({ toolUseId: String(id), toolName: String(name), input, parentToolUseId });
  }

  private collect(block: Fields): void {
    const { text, thinking } = wholeOf(block);
    if (text !== undefined) this.whole.text = (this.whole.text ?? '') + text;
    if (thinking !== undefined) this.whole.thinking = (this.whole.thinking ?? '') + thinking;
  }

  /** What follows in the same message, as behind a tool call, is reported as a message of its own. */
  private endStreamed(): void {
    if (this.key !== '') this.report.endMessage(this.key, this.whole);
    this.whole = {};
  }
}

function wholeOf({ type, text, thinking }: Fields): WholeMessage {
  if (type === 'text') return { text: textOf(text) ?? '' };
  return type === 'thinking' ? { thinking: textOf(thinking) ?? '' } : {};
}
