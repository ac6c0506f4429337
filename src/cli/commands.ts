/** Every command, in the order of the help. What a command consists of is read when it is asked for. */
import type { CliParts, Define } from './cli.js';

export interface CommandEntry {
  name: string;
  about: string;
  /** Its heading in the help of the program. */
  group: string;
  load(local: CliParts['local']): Promise<Define>;
}

type Entry = Omit<CommandEntry, 'group'>;

function inGroup(group: string, entries: readonly Entry[]): CommandEntry[] {
  return entries.map((entry) => ({ ...entry, group }));
}

export const commands: readonly CommandEntry[] = [
  ...inGroup('Work with agents', [
    {
      name: 'run',
      about: 'Send a prompt to a new session or an existing one',
      load: async () => (await import('./run.js')).define,
    },
    {
      name: 'send',
      about: 'Send a further prompt to a session',
      load: async () => (await import('./send.js')).define,
    },
    {
      name: 'attach',
      about: 'Work in a session: watch, type prompts, answer permissions',
      load: async () => (await import('./attach.js')).define,
    },
    {
      name: 'tail',
      about: 'Watch what happens in a session',
      load: async () => (await import('./tail.js')).define,
    },
    { name: 'wait', about: 'Wait for a run to end', load: async () => (await import('./wait.js')).define },
  ]),
  ...inGroup('Look around', [
    { name: 'sessions', about: 'List sessions', load: async () => (await import('./sessions.js')).define },
    { name: 'runs', about: 'List runs', load: async () => (await import('./runs.js')).define },
    {
      name: 'events',
      about: 'List what is in a log',
      load: async () => (await import('./events.js')).define,
    },
    {
      name: 'search',
      about: 'Find prompts and messages by their words',
      load: async () => (await import('./search.js')).define,
    },
    {
      name: 'show',
      about: 'Show a session, run or project',
      load: async () => (await import('./show.js')).define,
    },
    {
      name: 'usage',
      about: 'What runs used: tokens, cost, time',
      load: async () => (await import('./usage.js')).define,
    },
  ]),
  ...inGroup('Queue and runs', [
    {
      name: 'queue',
      about: 'See and change what waits in a session',
      load: async () => (await import('./queue.js')).define,
    },
    { name: 'cancel', about: 'Cancel a run', load: async () => (await import('./cancel.js')).defineCancel },
    {
      name: 'interrupt',
      about: 'Cancel what is active in a session',
      load: async () => (await import('./cancel.js')).defineInterrupt,
    },
    {
      name: 'retry',
      about: 'Send the prompt of a run that has ended once more',
      load: async () => (await import('./retry.js')).define,
    },
    {
      name: 'resume',
      about: 'Let a parked run go on',
      load: async () => (await import('./resume.js')).define,
    },
    {
      name: 'fork',
      about: 'Open a new session that knows what another one knew',
      load: async () => (await import('./fork.js')).define,
    },
  ]),
  ...inGroup('Permissions', [
    {
      name: 'permissions',
      about: 'List what agents ask for',
      load: async () => (await import('./permissions.js')).definePermissions,
    },
    {
      name: 'approve',
      about: 'Allow what an agent asks for',
      load: async () => (await import('./permissions.js')).defineApprove,
    },
    {
      name: 'deny',
      about: 'Refuse what an agent asks for',
      load: async () => (await import('./permissions.js')).defineDeny,
    },
  ]),
  ...inGroup('Sessions as files', [
    {
      name: 'export',
      about: 'Write a session to a file of JSON lines',
      load: async () => (await import('./session-file.js')).defineExport,
    },
    {
      name: 'import',
      about: 'Take a session in from a file that export wrote',
      load: async () => (await import('./session-file.js')).defineImport,
    },
  ]),
  ...inGroup('Projects and agents', [
    {
      name: 'projects',
      about: 'List, add and remove projects',
      load: async () => (await import('./projects.js')).define,
    },
    {
      name: 'targets',
      about: 'List the targets of a project, and explain one',
      load: async () => (await import('./targets.js')).define,
    },
    {
      name: 'harnesses',
      about: 'List the agents of the server',
      load: async () => (await import('./harnesses.js')).define,
    },
  ]),
  ...inGroup('Server', [
    {
      name: 'serve',
      about: 'Start the server',
      load: async (local) => (await import('./serve.js')).defineServe(await local.settings()),
    },
    {
      name: 'doctor',
      about: 'Say what works on this machine, and which agents are there',
      load: async (local) => (await import('./serve.js')).defineDoctor(await local.settings()),
    },
    {
      name: 'smoke',
      about: 'Check step by step whether a server does what it should',
      load: async () => (await import('./smoke.js')).define,
    },
    {
      name: 'backup',
      about: 'Copy the data of a server to one file, also while it runs',
      load: async (local) => (await import('./backup.js')).defineBackup(await local.settings()),
    },
    {
      name: 'restore',
      about: 'Put the data of a backup into the data directory',
      load: async (local) => (await import('./backup.js')).defineRestore(await local.settings()),
    },
    {
      name: 'token',
      about: 'Make a strong token for a server',
      load: async () => (await import('./token.js')).define,
    },
  ]),
  ...inGroup('Shell', [
    {
      name: 'completion',
      about: 'Print a script that completes commands in your shell',
      load: async () => (await import('./completion.js')).define,
    },
  ]),
];
