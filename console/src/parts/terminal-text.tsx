/** What a program printed on a terminal: its colours, and of a line that was written over and over its last state. */
import { lazy, Suspense } from 'react';

const ColouredText = lazy(() => import('./coloured-text'));

const esc = '\u001b';
/** Sequences that are no colours: moving, erasing, titles, links. */
const otherSequences = new RegExp(
  `${esc}(?:\\[[0-?]*[ -/]*[@-ln-~]|\\][^\\u0007${esc}]*(?:\\u0007|${esc}\\\\)?|[()#][0-9A-Z]|[=>78cDEHM])`,
  'g',
);

export function plainOf(output: string): string {
  const text = output.includes(esc) ? output.replaceAll(otherSequences, '') : output;
  if (!text.includes('\r')) return text;
  return text
    .replaceAll('\r\n', '\n')
    .split('\n')
    .map((line) => line.slice(line.replace(/\r+$/, '').lastIndexOf('\r') + 1))
    .join('\n');
}

const colourSequences = new RegExp(`${esc}\\[[0-9;:]*m`, 'g');

/** Without colours, as it is copied. */
export function wordsOfOutput(output: string): string {
  return plainOf(output).replaceAll(colourSequences, '');
}

export function TerminalText({ output }: { output: string }) {
  const text = plainOf(output);
  if (!text.includes(esc)) return text;
  return (
    <Suspense fallback={text.replaceAll(colourSequences, '')}>
      <ColouredText text={text} />
    </Suspense>
  );
}
