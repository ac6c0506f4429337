/** Every command, in the order of the help. What a command consists of is read when it is asked for. */
import type { CliParts, Define } from './cli.js';

export interface CommandEntry {
  name: string;
  about: string;
  load(local: CliParts['local']): Promise<Define>;
}

export const commands: readonly CommandEntry[] = [
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
  { name: 'sessions', about: 'List sessions', load: async () => (await import('./sessions.js')).define },
  { name: 'runs', about: 'List runs', load: async () => (await import('./runs.js')).define },
  { name: 'events', about: 'List what is in a log', load: async () => (await import('./events.js')).define },
  {
    name: 'search',
    about: 'Find prompts and messages by their words',
    load: async () => (await import('./search.js')).define,
  },
  {
    name: 'usage',
    about: 'What runs used: tokens, cost, time',
    load: async () => (await import('./usage.js')).define,
  },
  {
    name: 'show',
    about: 'Show a session, run or project',
    load: async () => (await import('./show.js')).define,
  },
  {
    name: 'queue',
    about: 'See and change what waits in a session',
    load: async () => (await import('./queue.js')).define,
  },
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
  {
    name: 'export',
    about: 'Write a session to a file of JSON lines',
    load: async () => (await import('./session-file.js')).defineExport,
  },
  {
    name: 'import',
    about: 'Take a session in from such a file',
    load: async () => (await import('./session-file.js')).defineImport,
  },
  { name: 'cancel', about: 'Cancel a run', load: async () => (await import('./cancel.js')).defineCancel },
  {
    name: 'interrupt',
    about: 'Cancel what is active in a session',
    load: async () => (await import('./cancel.js')).defineInterrupt,
  },
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
  {
    name: 'smoke',
    about: 'Check step by step whether a server does what it should',
    load: async () => (await import('./smoke.js')).define,
  },
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
    name: 'backup',
    about: 'Copy the data to one file, also while a server runs',
    load: async (local) => (await import('./backup.js')).defineBackup(await local.settings()),
  },
  {
    name: 'restore',
    about: 'Make such a file the data of the data directory',
    load: async (local) => (await import('./backup.js')).defineRestore(await local.settings()),
  },
  { name: 'token', about: 'Make a strong token', load: async () => (await import('./token.js')).define },
  {
    name: 'completion',
    about: 'Print a script that completes commands in your shell',
    load: async () => (await import('./completion.js')).define,
  },
];
