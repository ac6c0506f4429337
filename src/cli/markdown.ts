/** Markdown for a terminal, a line at a time, so that it can be shown while it is written: headings, emphasis, code, lists. */
import type { Colors } from 'picocolors/types.js';

export class MarkdownLines {
  /** What closes the present block of code. */
  private fence: string | undefined;

  constructor(private readonly paint: Colors) {}

  /** The line as it is shown. `line` has no line end and no control characters. */
  render(line: string): string {
    const { paint } = this;
    const [, mark] = /^\s*(`{3,}|~{3,})/.exec(line) ?? [];
    if (this.fence !== undefined) {
      if (mark?.startsWith(this.fence) !== true || line.trim() !== mark) return paint.cyan(line);
      this.fence = undefined;
      return paint.dim(line);
    }
    if (mark !== undefined) {
      this.fence = mark;
      return paint.dim(line);
    }
    const [, heading] = /^#{1,6} +(.*?)(?: +#+)?$/.exec(line) ?? [];
    if (heading !== undefined) return paint.bold(paint.underline(heading));
    const [, indent, bullet, rest] = /^(\s*)([-*+]|\d{1,9}[.)]) (.*)$/.exec(line) ?? [];
    if (bullet !== undefined)
      return `${indent}${paint.yellow(/\d/.test(bullet) ? bullet : '•')} ${this.inline(rest ?? '')}`;
    const [, quoted] = /^> ?(.*)$/.exec(line) ?? [];
    if (quoted !== undefined) return paint.dim(`│ ${quoted}`);
    return this.inline(line);
  }

  private inline(text: string): string {
    const { paint } = this;
    // What stands in back quotes is shown as it is, so the rest is looked at between them.
    return text
      .split(/(`[^`]+`)/)
      .map((part, index) =>
        index % 2 === 1
          ? paint.cyan(part.slice(1, -1))
          : part
              .replace(/\*\*(?=\S)(.+?)(?<=\S)\*\*/g, (_, words: string) => paint.bold(words))
              .replace(/(?<![\w*])[*_](?=[^\s*_])([^*_]+?)(?<=\S)[*_](?![\w*])/g, (_, words: string) =>
                paint.italic(words),
              )
              .replace(
                /\[([^\]]+)\]\((https?:[^)\s]+)\)/g,
                (_, words: string, url: string) => `${words} (${paint.underline(url)})`,
              ),
      )
      .join('');
  }
}
