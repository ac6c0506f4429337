/**
 * The files that Pi keeps conversations in, below our own data: a continuation is the name of one, never a path.
 * Each is a log of JSON lines, a tree by `parentId` whose last line is where the conversation goes on
 * (`docs/session-format.md` of Pi's package).
 */
import { randomUUID } from 'node:crypto';
import { mkdir, open, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Fields, fieldsOf, resumeLost, textOf } from '../process/index.js';

const continuationForm = /^pi_[0-9a-f]{32}$/;
/** Of a file that is read whole. */
const fileBytesMax = 512 * 1024 * 1024;
const tailBytes = 64 * 1024;
const lineFeed = 0x0a;

export class SessionFiles {
  constructor(private readonly dir: string) {}

  pathOf(continuation: string): string {
    return join(this.dir, `${continuation}.jsonl`);
  }

  /** A file for text that Pi reads when it starts, beside the conversation that it is for. */
  async writeInstructions(continuation: string, text: string): Promise<string> {
    const path = this.instructionsOf(continuation);
    await writeFile(path, text, { mode: 0o600 });
    return path;
  }

  /**
   * Begins a conversation. Pi writes nothing until a model has answered, so that a prompt would be lost with its
   * process; but it does write from the first line on in a file that holds an answer, which need not be on the branch
   * that the conversation is on.
   */
  async create(cwd: string): Promise<string> {
    const continuation = newContinuation();
    const timestamp = new Date().toISOString();
    const noUsage = { input: 0, output: 0, cacheRead: 0, cacheWrite: 0, totalTokens: 0 };
    const cost = { input: 0, output: 0, cacheRead: 0, cacheWrite: 0, total: 0 };
    const answer = {
      role: 'assistant',
      content: [],
      api: 'none',
      provider: 'none',
      model: 'none',
      usage: { ...noUsage, cost },
      stopReason: 'stop',
      timestamp: 0,
    };
    const entries = [
      { type: 'session', version: 3, id: randomUUID(), timestamp, cwd },
      { type: 'message', id: '00000000', parentId: null, timestamp, message: answer },
      { type: 'custom', id: '00000001', parentId: null, timestamp, customType: 'quarterdeck' },
    ];
    await this.write(continuation, entries.map((entry) => `${JSON.stringify(entry)}\n`).join(''));
    return continuation;
  }

  /** Makes sure that Pi can go on with it in this folder. Throws `resume_lost`. */
  async restore(continuation: string, cwd: string): Promise<void> {
    const { header, lines, torn } = await this.read(continuation);
    if (!torn && header.cwd === cwd) return;
    await this.write(continuation, joined({ ...header, cwd }, lines));
  }

  /** A copy up to the entry of the checkpoint, or of all. Throws `resume_lost`. */
  async copy(continuation: string, cwd: string, checkpoint?: string): Promise<string> {
    const { header, lines } = await this.read(continuation);
    const last = checkpoint === undefined ? lines.length - 1 : indexOfEntry(lines, checkpoint);
    if (last < 0 && checkpoint !== undefined) throw resumeLost('it has no such place to copy it at');
    const copy = newContinuation();
    const own = { ...header, id: randomUUID(), timestamp: new Date().toISOString(), cwd };
    await this.write(copy, joined(own, lines.slice(0, last + 1)));
    return copy;
  }

  /** Nothing happens to what is none of ours. */
  async remove(continuation: string): Promise<void> {
    if (!continuationForm.test(continuation)) return;
    await rm(this.pathOf(continuation), { force: true });
    await rm(this.instructionsOf(continuation), { force: true });
  }

  /** The id of the last entry; absent when the file cannot be read. */
  async lastEntryOf(continuation: string): Promise<string | undefined> {
    try {
      return textOf(parsed(await lastLineOf(this.pathOf(continuation))).id);
    } catch {
      return undefined;
    }
  }

  private async read(continuation: string): Promise<{ header: Fields; lines: string[]; torn: boolean }> {
    if (!continuationForm.test(continuation)) throw resumeLost('its continuation is not one of Pi');
    const path = this.pathOf(continuation);
    const size = await stat(path).then(
      (found) => found.size,
      () => undefined,
    );
    if (size === undefined) throw resumeLost('its file is gone');
    if (size > fileBytesMax) throw resumeLost('its file is too large');
    const [first = '', ...lines] = (await readFile(path, 'utf8')).split('\n');
    const header = parsed(first);
    if (header.type !== 'session') throw resumeLost('its file is broken');
    // What follows the last line feed is nothing, or a line that a crash cut in two.
    const torn = lines.pop() !== '';
    return { header, lines, torn };
  }

  private instructionsOf(continuation: string): string {
    return join(this.dir, `${continuation}.md`);
  }

  /** Whole or not at all. */
  private async write(continuation: string, text: string): Promise<void> {
    await mkdir(this.dir, { recursive: true, mode: 0o700 });
    const path = this.pathOf(continuation);
    const unfinished = `${path}.${randomUUID()}`;
    await writeFile(unfinished, text, { mode: 0o600 });
    await rename(unfinished, path);
  }
}

function newContinuation(): string {
  return `pi_${randomUUID().replaceAll('-', '')}`;
}

function joined(header: Fields, lines: readonly string[]): string {
  return [JSON.stringify(header), ...lines].map((line) => `${line}\n`).join('');
}

function indexOfEntry(lines: readonly string[], id: string): number {
  return lines.findLastIndex((line) => line.includes(id) && parsed(line).id === id);
}

function parsed(line: string): Fields {
  try {
    return fieldsOf(JSON.parse(line));
  } catch {
    return {};
  }
}

/** Reads backwards, as much as the line needs. */
async function lastLineOf(path: string): Promise<string> {
  const file = await open(path, 'r');
  try {
    const { size } = await file.stat();
    for (let bytes = Math.min(size, tailBytes); ; bytes = Math.min(size, bytes * 4)) {
      const { buffer } = await file.read(Buffer.alloc(bytes), 0, bytes, size - bytes);
      const start = buffer.lastIndexOf(lineFeed, buffer.length - 2);
      if (start !== -1 || bytes === size) return buffer.subarray(start + 1).toString('utf8');
    }
  } finally {
    await file.close();
  }
}
