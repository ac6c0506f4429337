/** How many columns of a terminal a text takes: most characters one, those of East Asia and emoji two. */

// Blocks of wide characters (Unicode TR 11), and emoji that are shown as pictures.
const wide =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\ua960-\ua97c\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff01-\uff60\uffe0-\uffe6\u{20000}-\u{3fffd}\p{Emoji_Presentation}]|\p{Emoji}\ufe0f/u;
const ascii = /^[\x20-\x7e]*$/;

let segmenter: Intl.Segmenter | undefined;

/** What a person takes for single characters, so that marks stay with their letters. */
function charactersOf(text: string): string[] {
  segmenter ??= new Intl.Segmenter(undefined, { granularity: 'grapheme' });
  return Array.from(segmenter.segment(text), ({ segment }) => segment);
}

export function widthOf(text: string): number {
  if (ascii.test(text)) return text.length;
  return charactersOf(text).reduce((width, character) => width + (wide.test(character) ? 2 : 1), 0);
}

/** At most so many columns of it; what is left out is marked with `…`. */
export function fitWidth(text: string, columnsMax: number): string {
  if (widthOf(text) <= columnsMax) return text;
  let kept = '';
  let columns = 1;
  for (const character of ascii.test(text) ? text : charactersOf(text)) {
    columns += widthOf(character);
    if (columns > columnsMax) break;
    kept += character;
  }
  return columnsMax > 0 ? `${kept}…` : '';
}

export function padWidth(text: string, columns: number): string {
  return text + ' '.repeat(Math.max(0, columns - widthOf(text)));
}
