/** The colours of a terminal. Comes in a file of its own, with its library. */
import Anser, { type AnserJsonEntry } from 'anser';
import type { CSSProperties } from 'react';
import { classes } from './classes';
import './coloured-text.css';
import { paletteColour } from './palette-colour';

const decorations: Record<string, string> = {
  bold: 'font-bold',
  dim: 'text-muted',
  italic: 'italic',
  underline: 'underline',
  strikethrough: 'line-through',
  reverse: 'bg-muted text-panel',
};

interface Look {
  text: string;
  ground: string;
}

/** The sixteen colours as the theme has them, so that they can be read on its ground; of the rest it is the hue that the program says. */
const colours: Record<string, Look> = {
  'ansi-red': { text: 'text-bad', ground: 'bg-bad-soft' },
  'ansi-green': { text: 'text-good', ground: 'bg-good-soft' },
  'ansi-yellow': { text: 'text-attention', ground: 'bg-attention-soft' },
  'ansi-blue': { text: 'text-accent', ground: 'bg-accent-soft' },
  'ansi-magenta': { text: 'text-accent', ground: 'bg-accent-soft' },
  'ansi-cyan': { text: 'text-busy', ground: 'bg-busy-soft' },
  'ansi-white': { text: 'text-ink', ground: 'bg-line' },
  'ansi-black': { text: 'text-muted', ground: 'bg-line' },
};

export default function ColouredText({ text }: { text: string }) {
  const pieces = Anser.ansiToJson(text, { use_classes: true, remove_empty: true });
  return pieces.map((piece, index) => {
    const look = lookOf(piece);
    const own = ownColourOf(piece);
    if (look === '' && own === undefined) return piece.content;
    return (
      <span
        // biome-ignore lint/suspicious/noArrayIndexKey: text that grows keeps its pieces in their order.
        key={index}
        className={classes(look, own !== undefined && 'own-colour')}
        style={own === undefined ? undefined : ({ '--own-colour': own } as CSSProperties)}
      >
        {piece.content}
      </span>
    );
  });
}

function lookOf({ fg, bg, decorations: given }: AnserJsonEntry): string {
  const ground = colours[plainName(bg)]?.ground;
  const name = plainName(fg);
  // Black and white are chosen for the ground of the program, which is another one here.
  const isInk = ground !== undefined && (name === 'ansi-black' || name === 'ansi-white');
  return classes(
    isInk ? 'text-ink' : colours[name]?.text,
    ground,
    ...given.map((decoration) => decorations[decoration]),
  );
}

function ownColourOf({ fg, fg_truecolor }: AnserJsonEntry): string | undefined {
  if (fg === 'ansi-truecolor') return `rgb(${fg_truecolor})`;
  const [, number] = /^ansi-palette-(\d+)$/.exec(fg ?? '') ?? [];
  return number === undefined ? undefined : paletteColour(Number(number));
}

function plainName(name: string | null): string {
  return name?.replace('bright-', '') ?? '';
}
