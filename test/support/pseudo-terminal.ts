/** The command line as a person sees it: in a terminal of tmux, whose screen is read and whose keys are pressed. */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach } from 'vitest';
import { environmentOf, programPath } from './command-line.js';
import { describeWhere } from './describe-where.js';
import { until } from './processes.js';
import { root } from './server-process.js';

export type OpenTerminal = (...parts: ConstructorParameters<typeof PseudoTerminal>) => PseudoTerminal;

/** A suite in terminals, which are closed after each of its tests. */
export function describeInTerminal(name: string, define: (open: OpenTerminal) => void): void {
  const tmux = spawnSync('tmux', ['-V']).status === 0 ? 'tmux' : undefined;
  describeWhere(tmux, 'needs tmux: install Debian’s package "tmux"', name, () => {
    const terminals: PseudoTerminal[] = [];
    afterEach(() => {
      for (const terminal of terminals.splice(0)) terminal.close();
    });
    define((...parts) => {
      const terminal = new PseudoTerminal(...parts);
      terminals.push(terminal);
      return terminal;
    });
  });
}

const columnsDefault = 100;
const rows = 40;

interface Window {
  columns?: number;
  /** The present folder of the program. */
  folder?: string;
}

export class PseudoTerminal {
  private readonly folder = mkdtempSync(join(tmpdir(), 'quarterdeck-tmux-'));

  /** Runs the program; when it has ended, the screen says `left with CODE`. */
  constructor(
    args: readonly string[],
    env: Readonly<Record<string, string>>,
    { columns = columnsDefault, folder = root }: Window = {},
  ) {
    const variables = Object.entries(environmentOf(env)).map(([name, value]) => `${name}=${value}`);
    const run = '"$@"; code=$?; echo; echo "left with $code"; exec sleep 600';
    this.tmux(
      ...['-f', '/dev/null', 'new-session', '-d', '-x', String(columns), '-y', String(rows)],
      ...['-c', folder],
      ...['env', '-i', 'TERM=screen-256color', ...variables],
      ...['bash', '--norc', '-c', run],
      ...['bash', process.execPath, programPath, ...args],
    );
  }

  /** What stands there now; with `styles`, with the sequences of its colours. */
  screen({ styles = false } = {}): string {
    return this.tmux('capture-pane', '-p', '-J', '-S', '-200', ...(styles ? ['-e'] : []));
  }

  async shows(pattern: RegExp): Promise<string> {
    try {
      return await until(`the screen shows ${pattern}`, () => {
        const screen = this.screen();
        return pattern.test(screen) && screen;
      });
    } catch (error) {
      throw new Error(`${(error as Error).message}:\n${this.screen()}`);
    }
  }

  type(text: string): void {
    this.tmux('send-keys', '-l', text);
  }

  /** By the names of tmux: `Enter`, `C-c`, `C-d`. */
  press(key: string): void {
    this.tmux('send-keys', key);
  }

  close(): void {
    spawnSync('tmux', ['-S', join(this.folder, 'socket'), 'kill-server']);
    rmSync(this.folder, { recursive: true, force: true });
  }

  private tmux(...args: readonly string[]): string {
    return execFileSync('tmux', ['-S', join(this.folder, 'socket'), ...args], { encoding: 'utf8' });
  }
}
