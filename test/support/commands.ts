/**
 * Commands of a Markdown page, run as a reader would paste them. A fenced `bash` block is a command; each comment
 * `<!-- expect: COMMAND -->` up to the next block is a check: it gets the block's output as its input, runs in the same
 * shell, and must succeed. A block without a check must succeed itself.
 */
import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface, type Interface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';

export interface Command {
  line: number;
  text: string;
  checks: string[];
}

export interface Step {
  title: string;
  commands: Command[];
}

/** The sections of a page (`## …`) that hold commands. */
export function readSteps(markdown: string): Step[] {
  const steps: Step[] = [];
  let fence: { language: string; from: number; lines: string[] } | undefined;
  for (const [index, line] of markdown.split('\n').entries()) {
    if (fence === undefined) {
      const opened = /^```(\w*)/.exec(line);
      const check = /^<!-- expect: (.+) -->$/.exec(line)?.[1];
      if (opened !== null) fence = { language: opened[1] ?? '', from: index + 1, lines: [] };
      else if (line.startsWith('## ')) steps.push({ title: line.slice(3), commands: [] });
      else if (check !== undefined) steps.at(-1)?.commands.at(-1)?.checks.push(check);
    } else if (line === '```') {
      const { language, from, lines } = fence;
      if (language === 'bash')
        steps.at(-1)?.commands.push({ line: from, text: lines.join('\n'), checks: [] });
      fence = undefined;
    } else fence.lines.push(line);
  }
  return steps.filter(({ commands }) => commands.length > 0);
}

export interface Outcome {
  status: number;
  stdout: string;
  stderr: string;
}

/** One bash that keeps its variables from command to command. */
export class Shell {
  private readonly folder = mkdtempSync(join(tmpdir(), 'quarterdeck-shell-'));
  private readonly bash: ChildProcessByStdio<Writable, Readable, null>;
  /** One line per command: its exit status. */
  private readonly statuses: Interface;
  private readonly ended: Promise<never>;

  constructor() {
    this.bash = spawn('bash', ['--noprofile', '--norc'], {
      // A group of its own, so that what runs in its background ends with it.
      detached: true,
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    this.statuses = createInterface({ input: this.bash.stdout });
    this.ended = new Promise((_, reject) => {
      this.bash.once('exit', () => reject(new Error('the shell has ended')));
    });
    this.ended.catch(() => undefined);
  }

  /** Resolves when the command has ended; what it put into the background goes on. */
  async run(command: string, input = ''): Promise<Outcome> {
    const file = (name: string) => join(this.folder, name);
    writeFileSync(file('command'), `${command}\n`);
    writeFileSync(file('input'), input);
    const status = new Promise<number>((resolve) => {
      this.statuses.once('line', (line) => resolve(Number(line)));
    });
    this.bash.stdin.write(
      `. ${file('command')} < ${file('input')} > ${file('stdout')} 2> ${file('stderr')}; echo $?\n`,
    );
    return {
      status: await Promise.race([status, this.ended]),
      stdout: readFileSync(file('stdout'), 'utf8'),
      stderr: readFileSync(file('stderr'), 'utf8'),
    };
  }

  /** Runs a command of a page and its checks. Throws with what was said when one of them fails. */
  async follow({ line, text, checks }: Command): Promise<Outcome> {
    const outcome = await this.run(text);
    const said = `line ${line}:\n${text}\n--- stdout\n${outcome.stdout}\n--- stderr\n${outcome.stderr}`;
    if (checks.length === 0 && outcome.status !== 0)
      throw new Error(`it ended with ${outcome.status}: ${said}`);
    for (const check of checks) {
      const { status, stderr } = await this.run(check, outcome.stdout);
      if (status !== 0) throw new Error(`not as expected (${check}) ${stderr}: ${said}`);
    }
    return outcome;
  }

  stop(): void {
    this.statuses.close();
    if (this.bash.pid !== undefined && this.bash.exitCode === null) process.kill(-this.bash.pid, 'SIGKILL');
    rmSync(this.folder, { recursive: true, force: true });
  }
}
