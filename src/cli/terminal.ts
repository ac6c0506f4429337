/** Where a command speaks: data on stdout, talk on stderr, and colours only where a person looks. */
import pico from 'picocolors';
import type { Colors } from 'picocolors/types.js';
import { cleanText, safeJson } from './clean-text.js';
import { fitWidth, padWidth, widthOf } from './text-width.js';

export interface Streams {
  stdin: NodeJS.ReadStream;
  stdout: NodeJS.WriteStream;
  stderr: NodeJS.WriteStream;
}

/** What stands below all that is printed, such as a live line or a prompt. */
export interface Footer {
  clear(): void;
  draw(): void;
}

const widthDefault = 80;

export class Terminal {
  /** For stdout, and for stderr. */
  readonly paint: Colors;
  readonly paintTalk: Colors;
  footer: Footer | undefined;

  constructor(
    readonly streams: Streams,
    readonly options: { json: boolean; colors: boolean },
  ) {
    this.paint = pico.createColors(options.colors && this.isWatched);
    this.paintTalk = pico.createColors(options.colors && streams.stderr.isTTY === true);
  }

  get json(): boolean {
    return this.options.json;
  }

  /** A person sees the data. */
  get isWatched(): boolean {
    return this.streams.stdout.isTTY === true;
  }

  /** A person sees data and talk, and nothing else is written there: lines may be drawn and taken back. */
  get isLive(): boolean {
    return this.isWatched && this.streams.stderr.isTTY === true && !this.json;
  }

  get width(): number {
    return this.streams.stdout.columns || widthDefault;
  }

  /** Whole lines; the text is ours, or was cleaned. */
  print(lines: string): void {
    this.aboveFooter(() => this.streams.stdout.write(`${lines}\n`));
  }

  /** Text of strangers, with one line end behind it. As it is where a program reads it. */
  printText(text: string): void {
    this.print((this.isWatched ? cleanText(text) : text).replace(/\n$/, ''));
  }

  printJson(value: unknown): void {
    this.aboveFooter(() => this.streams.stdout.write(`${safeJson(value)}\n`));
  }

  /** A remark for a person who watches; a script does not get it. */
  remark(words: string): void {
    if (this.streams.stderr.isTTY === true && !this.json) this.warn(this.paintTalk.dim(words));
  }

  /** What everybody must know. */
  warn(words: string): void {
    this.aboveFooter(() => this.streams.stderr.write(`${words}\n`));
  }

  /** Rows with a heading and aligned for a person, with tabs between for a program. */
  printRows(heading: readonly string[], rows: readonly (readonly string[])[]): void {
    if (!this.isWatched) {
      for (const row of rows) this.print(row.map((cell) => cell.replace(/\s+/g, ' ')).join('\t'));
      return;
    }
    const widths = heading.map((title, column) =>
      Math.max(widthOf(title), ...rows.map((row) => widthOf(row[column] ?? ''))),
    );
    const lineOf = (row: readonly string[]) =>
      fitWidth(
        row
          .map((cell, column) => padWidth(cell, widths[column] ?? 0))
          .join('  ')
          .trimEnd(),
        this.width,
      );
    this.print(this.paint.bold(lineOf(heading)));
    for (const row of rows) this.print(lineOf(row));
  }

  private aboveFooter(write: () => void): void {
    this.footer?.clear();
    write();
    this.footer?.draw();
  }
}
