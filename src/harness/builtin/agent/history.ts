/**
 * What was said in a conversation: a file of JSON lines, and the little of it that is kept in memory.
 *
 * The prompt is written when its turn starts and the answer when it ends, so that a turn that was cut short, by whom
 * or what ever, is part of the conversation. A last line without its LF was cut by a crash and is dropped.
 * Each write reaches the operating system before the turn goes on: it survives the death of this process.
 */
import {
  appendFileSync,
  closeSync,
  constants,
  existsSync,
  openSync,
  readSync,
  truncateSync,
  writeSync,
} from 'node:fs';
import path from 'node:path';

export interface PastTurn {
  prompt: string;
  /** Undefined: the turn never came to an end. */
  outcome: 'completed' | 'interrupted' | 'failed' | undefined;
  /** The final text, or as much of it as there was. */
  answer: string;
}

/** Of a prompt or answer as it is remembered; the file holds the prompt whole. */
export const rememberedCharsMax = 4000;
/** Of a file that is read back. */
const readBytes = 256 * 1024;
const lineBytesMax = 4 * 1024 * 1024;
const formatVersion = 1;

const idPattern = /^cnv_[0-9a-f]{32}$/;

export function isConversationId(id: string): boolean {
  return idPattern.test(id);
}

export class ResumeLost extends Error {
  override readonly name = 'ResumeLost';
}

type Line =
  | { quarterdeck: 'conversation'; version: number; id: string }
  | { prompt: string }
  | { outcome: PastTurn['outcome']; answer: string };

export class History {
  /** Turns that were begun. */
  count = 0;
  first: PastTurn | undefined;
  /** The turn under way, once `begin` was called. */
  current: PastTurn | undefined;
  /** The turn before it. */
  previous: PastTurn | undefined;

  private constructor(
    private readonly file: string,
    private readonly id: string,
  ) {}

  static createNew(dataDir: string, id: string): History {
    return new History(conversationFile(dataDir, id), id);
  }

  /** A new conversation that begins with what another was after so many prompts, or is now. Throws ResumeLost. */
  static copy(dataDir: string, from: string, id: string, prompts?: number): History {
    const source = History.restore(dataDir, from);
    if (prompts !== undefined && (prompts < 1 || prompts > source.count))
      throw lost(from, `it has no state after prompt ${prompts}`);
    const file = openSync(conversationFile(dataDir, id), 'wx', 0o600);
    try {
      writeSync(file, lineOf({ quarterdeck: 'conversation', version: formatVersion, id }));
      let count = 0;
      source.readLines((text, lineNumber) => {
        if (lineNumber === 0) return;
        if ('prompt' in (JSON.parse(text) as Line)) count += 1;
        if (count <= (prompts ?? count)) writeSync(file, `${text}\n`);
      });
    } finally {
      closeSync(file);
    }
    return History.restore(dataDir, id);
  }

  /** Throws ResumeLost. */
  static restore(dataDir: string, id: string): History {
    const history = new History(conversationFile(dataDir, id), id);
    if (!existsSync(history.file)) throw lost(id, 'its file is missing');
    try {
      history.readBack();
    } catch (error) {
      if (error instanceof ResumeLost) throw error;
      throw lost(
        id,
        `its file cannot be read (${(error as NodeJS.ErrnoException).code ?? 'broken content'})`,
      );
    }
    return history;
  }

  begin(prompt: string): void {
    const lines: Line[] = [{ prompt }];
    if (this.count === 0) lines.unshift({ quarterdeck: 'conversation', version: formatVersion, id: this.id });
    this.append(lines);
    this.remember({ prompt });
  }

  /** A prompt that comes during a turn ends what was said to the one before it. */
  steer(prompt: string, answerSoFar: string): void {
    this.end('completed', answerSoFar);
    this.begin(prompt);
  }

  end(outcome: NonNullable<PastTurn['outcome']>, answer: string): void {
    const line: Line = { outcome, answer: remembered(answer) };
    this.append([line]);
    this.remember(line);
  }

  private append(lines: Line[]): void {
    const text = lines.map(lineOf).join('');
    appendFileSync(this.file, text, { mode: 0o600 });
  }

  private remember(line: Line): void {
    if ('prompt' in line) {
      this.count += 1;
      this.previous = this.current;
      this.current = { prompt: remembered(line.prompt), outcome: undefined, answer: '' };
      this.first ??= this.current;
    } else if ('outcome' in line && this.current !== undefined) {
      this.current.outcome = line.outcome;
      this.current.answer = line.answer;
    }
  }

  private readBack(): void {
    const { goodBytes, cut } = this.readLines((text, lineNumber) => this.readLine(text, lineNumber));
    if (this.count === 0) throw lost(this.id, 'its file is empty');
    if (cut) truncateSync(this.file, goodBytes);
  }

  private readLines(take: (text: string, lineNumber: number) => void): { goodBytes: number; cut: boolean } {
    const file = openSync(this.file, constants.O_RDONLY | constants.O_NOFOLLOW);
    const buffer = Buffer.allocUnsafe(readBytes);
    let rest = Buffer.alloc(0);
    let goodBytes = 0;
    let lineNumber = 0;
    try {
      for (;;) {
        const bytesRead = readSync(file, buffer, 0, buffer.length, null);
        if (bytesRead === 0) break;
        rest = Buffer.concat([rest, buffer.subarray(0, bytesRead)]);
        for (let end = rest.indexOf(10); end !== -1; end = rest.indexOf(10)) {
          take(rest.toString('utf8', 0, end), lineNumber++);
          goodBytes += end + 1;
          rest = rest.subarray(end + 1);
        }
        if (rest.length > lineBytesMax) throw lost(this.id, 'its file is not one of ours');
      }
    } finally {
      closeSync(file);
    }
    return { goodBytes, cut: rest.length > 0 };
  }

  private readLine(text: string, lineNumber: number): void {
    const line = JSON.parse(text) as Line;
    if (lineNumber > 0) {
      this.remember(line);
      return;
    }
    if (!('quarterdeck' in line) || line.id !== this.id) throw lost(this.id, 'its file is not one of ours');
    if (line.version > formatVersion) throw lost(this.id, 'a newer version of Quarterdeck wrote it');
  }
}

/** Throws ResumeLost for what is no id. */
export function conversationFile(dataDir: string, id: string): string {
  if (!isConversationId(id)) throw lost('(unknown)', 'its continuation is not one of the built-in agent');
  return path.join(dataDir, `${id}.jsonl`);
}

function lineOf(line: Line): string {
  return `${JSON.stringify(line)}\n`;
}

function remembered(text: string): string {
  return text.length <= rememberedCharsMax ? text : `${text.slice(0, rememberedCharsMax)}…`;
}

function lost(id: string, reason: string): ResumeLost {
  return new ResumeLost(
    `The conversation ${id} cannot be restored: ${reason}. Start a new session, or send a run with resume "fresh".`,
  );
}
