import { CornerDownRight } from 'lucide-react';
import { useState } from 'react';
import { countWords } from '../../../../parts/amounts';
import { Button } from '../../../../parts/button';
import { classes } from '../../../../parts/classes';
import { CopyButton } from '../../../../parts/copy-button';
import { Markdown } from '../../../../parts/markdown/markdown';
import type { Message } from '../model/items';
import { Pictures } from './pictures';
import { Prompt } from './prompt';
import { Thinking } from './thinking';

/** Of a longer text, so much is shown: the beginning once it is whole, the end while it grows. */
const shownChars = 24_000;
/** What is shown of a text that grows begins anew only this often: it is read again then. */
const stepChars = 8000;

interface MessageRowProps {
  message: Message;
  /** Its run goes on, so that it may grow. */
  live: boolean;
}

export function MessageRow({ message, live }: MessageRowProps) {
  const { role, text, thinking, blocks, whole } = message;
  const growing = live && !whole;
  if (role === 'user') return <Said text={text} message={message} />;
  return (
    <div>
      {thinking !== '' && <Thinking text={thinking} growing={growing && text === ''} />}
      {text !== '' && <Answer text={text} growing={growing} />}
      {growing && text === '' && thinking === '' && (
        <p className="animate-pulse text-sm text-muted">The agent begins to answer …</p>
      )}
      <Pictures blocks={blocks} />
    </div>
  );
}

/** A prompt that was put into a turn, or one to a subagent. */
function Said({ text, message }: { text: string; message: Message }) {
  const into = message.parentToolUseId === undefined ? 'said into the turn' : 'given to the subagent';
  return (
    <div>
      <Prompt text={text}>
        <Pictures blocks={message.blocks} />
      </Prompt>
      <p className="mt-1 flex items-center justify-end gap-1 text-xs text-muted">
        <CornerDownRight size={12} aria-hidden /> {into}
      </p>
    </div>
  );
}

function Answer({ text, growing }: { text: string; growing: boolean }) {
  const [all, setAll] = useState(false);
  const cut = !all && text.length > shownChars;
  const shown = !cut ? text : growing ? endOf(text) : text.slice(0, shownChars);
  return (
    <div className="group/answer relative">
      {!growing && (
        <CopyButton
          text={text}
          label="Copy the answer"
          size="small"
          className={classes(
            // Beside the text where there is room and a pointer, else within it.
            'float-right ml-2 sm:pointer-fine:absolute sm:pointer-fine:left-full sm:pointer-fine:ml-0 sm:pointer-fine:w-6',
            'opacity-0 group-hover/answer:opacity-100 focus-visible:opacity-100 pointer-coarse:opacity-100',
          )}
        />
      )}
      <Markdown text={shown} whole={!growing} />
      {cut && (
        <Button className="mt-2" onClick={() => setAll(true)}>
          Show all {countWords(text.length)} characters
        </Button>
      )}
    </div>
  );
}

/** From the beginning of a paragraph, where there is one. */
function endOf(text: string): string {
  const from = Math.ceil((text.length - shownChars) / stepChars) * stepChars;
  const paragraph = text.indexOf('\n\n', from);
  return text.slice(paragraph === -1 || paragraph > from + stepChars ? from : paragraph);
}
