/** `quarterdeck export` and `import`: a session as a file of JSON lines, and back. */
import { constants, createWriteStream, openAsBlob } from 'node:fs';
import { access, rm } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import type { ReadableStream as WebStream } from 'node:stream/web';
import { cleanLine } from './clean-text.js';
import { type Cli, type Define, examples } from './cli.js';
import { Refusal, UsageError } from './exits.js';
import { findProjectOrHere, findSession } from './find-id.js';

export const defineExport: Define = (command, cli) => {
  command
    .argument('<session>', 'Id, the beginning of one, name, or @last')
    .argument('[file]', 'A new one; without it, or with "-", it goes to standard output')
    .addHelpText('after', examples(['export @last ./session.jsonl', 'export notes | gzip > notes.jsonl.gz']))
    .action((session: string, file: string | undefined) => write(cli, session, file));
};

async function write(cli: Cli, text: string, file = '-'): Promise<void> {
  const { terminal, parts } = cli;
  if (file === '-' && terminal.isWatched)
    throw new UsageError('the file is for programs: name one to write, or send it through a pipe');
  const client = await cli.client();
  const sessionId = await findSession(client, text);
  const bytes = Readable.fromWeb((await client.sessions.exportStream(sessionId)) as WebStream);
  if (file === '-') return pipeline(bytes, parts.stdout, { end: false });
  // What an agent read and said is for its owner alone.
  const target = createWriteStream(file, { flags: 'wx', mode: 0o600 });
  try {
    await pipeline(bytes, target);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST')
      throw new Refusal(`${file} is there already: name another one, or remove it.`);
    // It was never opened, or what was written is not the whole.
    const { code, syscall } = error as NodeJS.ErrnoException;
    if (syscall === 'open') throw new Refusal(`${file} cannot be written (${code}).`);
    await rm(file, { force: true });
    throw error;
  }
  if (terminal.json) terminal.printJson({ sessionId, file, bytes: target.bytesWritten });
  else terminal.print(`The session ${sessionId} is in ${file} (${target.bytesWritten} bytes).`);
}

interface ImportFlags {
  project?: string;
  target?: string;
  name?: string;
}

export const defineImport: Define = (command, cli) => {
  command
    .argument('<file>', 'What export made; "-" reads it from standard input')
    .option('-p, --project <project>', 'Where it is to work; without it the project of the present folder')
    .option('-t, --target <target>', 'How it is to work; without it as the file says')
    .option('-n, --name <name>', 'Another one than before')
    .addHelpText(
      'after',
      examples(['import ./session.jsonl --project rex', 'gunzip -c notes.jsonl.gz | quarterdeck import -']),
    )
    .action((file: string, flags: ImportFlags) => read(cli, file, flags));
};

async function read(cli: Cli, file: string, { project, target, name }: ImportFlags): Promise<void> {
  const { terminal, parts } = cli;
  const bytes = file === '-' ? new Blob([await buffer(parts.stdin)]) : await openFile(file);
  const client = await cli.client();
  const { projectId } = await findProjectOrHere(client, project, parts.folder);
  const session = await client.sessions.import(projectId, bytes, {
    ...(target !== undefined && { aspTargetName: target }),
    ...(name !== undefined && { name }),
  });
  if (terminal.json) return terminal.printJson(session);
  terminal.print(session.sessionId);
  terminal.remark(`"${cleanLine(session.name)}" is in ${projectId}; its agent begins with a new context.`);
}

/** Read while it is sent, and not held. */
async function openFile(file: string): Promise<Blob> {
  try {
    await access(file, constants.R_OK);
    return await openAsBlob(file);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw new Refusal(`${file} cannot be read (${code ?? message}).`);
  }
}
