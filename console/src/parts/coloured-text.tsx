/** The colours of a terminal. Comes in a file of its own, with its library. */
import Anser from 'anser';
import { classes } from './classes';

const decorations: Record<string, string> = {
  bold: 'font-bold',
  dim: 'text-muted',
  italic: 'italic',
  underline: 'underline',
  strikethrough: 'line-through',
};

/** The sixteen colours as the theme has them, so that they can be read on its ground; the rest is as the program says. */
const colours: Record<string, string> = {
  'ansi-red': 'text-bad',
  'ansi-green': 'text-good',
  'ansi-yellow': 'text-attention',
  'ansi-blue': 'text-accent',
  'ansi-magenta': 'text-accent',
  'ansi-cyan': 'text-busy',
  'ansi-white': 'text-ink',
  'ansi-black': 'text-muted',
};

export default function ColouredText({ text }: { text: string }) {
  const pieces = Anser.ansiToJson(text, { use_classes: true, remove_empty: true });
  return pieces.map(({ content, fg, fg_truecolor, decorations: given }, index) => {
    const rgb = fg === 'ansi-truecolor' ? fg_truecolor : undefined;
    const look = classes(
      colours[fg?.replace('bright-', '') ?? ''],
      ...given.map((name) => decorations[name]),
    );
    if (look === '' && rgb === undefined) return content;
    return (
      <span
        // biome-ignore lint/suspicious/noArrayIndexKey: text that grows keeps its pieces in their order.
        key={index}
        className={look}
        style={rgb === undefined ? undefined : { color: `rgb(${rgb})` }}
      >
        {content}
      </span>
    );
  });
}
