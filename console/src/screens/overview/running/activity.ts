import type { TellingEvent } from '../../../data/runs';
import { summaryOf } from '../../../parts/tool-input';

export interface Activity {
  words: string;
  /** Of a command, a file, an answer: in one line. */
  detail?: string;
}

/** What an agent is at, by the latest event that says so. */
export function activityOf(event: TellingEvent | undefined): Activity {
  switch (event?.type) {
    case 'tool_execution_start':
      return { words: `Uses ${event.toolName}`, detail: summaryOf(event.input) };
    case 'tool_execution_end':
      return {
        words: event.isError ? `Thinks after ${event.toolName} failed` : `Thinks after ${event.toolName}`,
      };
    case 'message_start':
      return { words: event.message.role === 'assistant' ? 'Writes' : 'Reads the prompt' };
    case 'message_end':
      return event.message.role === 'assistant'
        ? { words: 'Said', detail: firstLine(event.message.content) }
        : { words: 'Thinks' };
    default:
      return { words: 'Starts' };
  }
}

type Content = Extract<TellingEvent, { type: 'message_end' }>['message']['content'];

function firstLine(content: Content): string {
  if (typeof content === 'string') return content.trim().split('\n', 1)[0] ?? '';
  const block = content.find(({ type }) => type === 'text');
  return block?.type === 'text' ? (block.text.trim().split('\n', 1)[0] ?? '') : '';
}
