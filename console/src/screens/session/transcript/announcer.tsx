import type { EventEnvelope } from 'quarterdeck/client';
import { useEffect, useState } from 'react';
import type { LogWindow } from '../../../data/log/log-window';
import type { Transcript } from './model/transcript';

/** Of an answer that is read out; the rest is in the transcript. */
const spokenChars = 240;

/** Tells screen readers what is new, once it is whole: not each word as it comes, and not what happened long ago. */
export function Announcer({ log }: { log: LogWindow<Transcript> }) {
  const [words, setWords] = useState('');
  useEffect(
    () =>
      log.onEvents((envelopes, live) => {
        const said = live ? envelopes.flatMap(wordsOf) : [];
        if (said.length > 0) setWords(said.join(' '));
      }),
    [log],
  );
  return (
    <p aria-live="polite" className="sr-only">
      {words}
    </p>
  );
}

function wordsOf({ event }: EventEnvelope): string[] {
  switch (event.type) {
    case 'message_end': {
      if (event.message.role !== 'assistant' || event.parentToolUseId !== undefined) return [];
      const text = textOf(event.message.content).trim();
      return text === '' ? [] : [`Answer: ${text.slice(0, spokenChars)}`];
    }
    case 'permission_request':
      return [`The agent asks to use ${event.toolName}.`];
    case 'run_failed':
      return [`The run failed: ${event.error.message}`];
    case 'run_parked':
      return [`The run is parked: ${event.message}`];
    case 'run_cancelled':
      return ['The run was cancelled.'];
    default:
      return [];
  }
}

function textOf(
  content: Extract<EventEnvelope['event'], { type: 'message_end' }>['message']['content'],
): string {
  if (typeof content === 'string') return content;
  return content.flatMap((block) => (block.type === 'text' ? [block.text] : [])).join(' ');
}
