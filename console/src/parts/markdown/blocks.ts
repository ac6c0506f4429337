/**
 * Cuts Markdown into blocks that can be shown one by one. A text that grows is read again only from its last blocks on:
 * what stands before them cannot change any more.
 */
import { lexer, type Token } from 'marked';

export interface Block {
  /** Where it begins in the text. */
  at: number;
  token: Token;
  /** Nothing that follows can change it. */
  settled: boolean;
}

/** A list or a table may still grow, and an underline may make a heading of what was a paragraph. */
const unsettledBlocks = 2;

export class MarkdownBlocks {
  private text = '';
  private settled: readonly Block[] = [];
  private settledChars = 0;

  /** `whole`: nothing follows. */
  read(given: string, whole: boolean): readonly Block[] {
    const text = given.replaceAll(/\r\n?/g, '\n');
    if (!text.startsWith(this.text)) this.forget();
    this.text = text;
    const blocks: Block[] = [];
    let at = this.settledChars;
    for (const token of lexer(text.slice(at))) {
      blocks.push({ at, token, settled: true });
      at += token.raw.length;
    }
    const kept = whole ? blocks.length : settledCount(blocks);
    const open = blocks.slice(kept).map((block) => ({ ...block, settled: false }));
    this.settled = [...this.settled, ...blocks.slice(0, kept)];
    this.settledChars = open[0]?.at ?? at;
    return [...this.settled, ...open].filter(({ token }) => token.type !== 'space');
  }

  private forget(): void {
    this.settled = [];
    this.settledChars = 0;
  }
}

function settledCount(blocks: readonly Block[]): number {
  const shown = blocks.flatMap(({ token }, index) => (token.type === 'space' ? [] : [index]));
  return shown.at(-unsettledBlocks) ?? 0;
}
