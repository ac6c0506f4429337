/** The command line in a real terminal: what a person sees and types. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { script, type World } from '../contract/http/world.js';
import { Program } from '../fault/program.js';
import { until } from '../support/processes.js';
import { describeInTerminal, type OpenTerminal, type PseudoTerminal } from '../support/pseudo-terminal.js';

/** Its first step asks, as its mode is `ask`. */
const asking = { permissions: { mode: 'ask' as const } };

describeInTerminal('in a terminal', (openTerminal) => {
  let program: Program;
  let world: World;

  beforeAll(async () => {
    program = await Program.start();
    world = program.world;
  });
  afterAll(() => program?.leave());

  function open(
    args: readonly string[],
    env: Readonly<Record<string, string>> = {},
    window: Parameters<OpenTerminal>[2] = {},
  ): PseudoTerminal {
    const { baseUrl, token } = world.server;
    const variables = { QUARTERDECK_URL: baseUrl, QUARTERDECK_TOKEN: token, ...env };
    return openTerminal(args, variables, window);
  }

  it('shows a live line while a run is followed, and none when it has ended', async () => {
    const gate = world.gate();
    const command = `until [ -e ${gate.step.waitFor} ]; do sleep 0.05; done`;
    const prompt = script({ say: 'Behold' }, { tool: { name: 'Bash', input: { command } } });
    const terminal = open(['run', '--project', world.project.projectId, '--follow', prompt]);
    expect(await terminal.shows(/running · \d+ s · bash until/i)).toContain('Behold');
    gate.open();
    const screen = await terminal.shows(/left with 0/);
    expect(screen).toMatch(/completed · \d+\.\d s/);
    expect(screen).not.toMatch(/running · /);
  });

  it('has colours, unless they are not wanted', async () => {
    const args = ['projects', 'list'];
    const coloured = open(args);
    await coloured.shows(/left with 0/);
    expect(coloured.screen({ styles: true })).toContain('\x1b[1mPROJECT');
    for (const plain of [open([...args, '--no-color']), open(args, { NO_COLOR: '1' })]) {
      await plain.shows(/left with 0/);
      expect(plain.screen({ styles: true })).not.toContain('\x1b[');
    }
  });

  it('renders what an agent says, and lets none of its control sequences through', async () => {
    const text = '# Title\n**strong** and `code`\n- item\n\x1b[2J\x1b]0;stolen\x07\x9b31mplain';
    const terminal = open(['run', '-p', world.project.projectId, '-f', script({ say: text })]);
    const screen = await terminal.shows(/left with 0/);
    expect(screen).toMatch(/Title\nstrong and code\n• item\nplain\n/);
    // How a terminal tells its styles again is its own affair; bold is 1.
    expect(terminal.screen({ styles: true })).toMatch(/\[(?:0;)?1m[^s]*strong/);
  });

  it('attaches: a prompt is typed, and its answer comes', async () => {
    const sessionId = await world.newSession();
    const terminal = open(['attach', sessionId]);
    await terminal.shows(/idle > $/m);
    terminal.type('What is 6*7?');
    terminal.press('Enter');
    const screen = await terminal.shows(/\n42\ncompleted\nidle >/);
    expect(screen.match(/What is 6\*7\?/g)).toEqual(['What is 6*7?']);
    terminal.press('C-d');
    expect(await terminal.shows(/left with 0/)).toMatch(/\ncompleted\n\nleft with 0/);
  });

  it('attaches: whoever comes sees the last run, and not those before', async () => {
    const { sessionId } = await world.complete('What is 2+2?');
    await world.complete('What is 3*4?', sessionId);
    const screen = await open(['attach', sessionId]).shows(/\n> What is 3\*4\?\n12\ncompleted\nidle >/);
    expect(screen).not.toContain('2+2');
  });

  it('attaches: without a name, to a new session in the project of the present folder', async () => {
    const terminal = open(['attach'], {}, { folder: world.project.root });
    await terminal.shows(/idle > $/m);
    const [newest] = await world.client.ask('listSessions', { query: { limit: 1 } });
    expect(newest?.projectId).toBe(world.project.projectId);
    expect(terminal.screen()).toContain(newest?.sessionId);
  });

  it('lists on a narrow screen what tells things apart, one line for each', async () => {
    const session = { policy: 'new', name: '漢字 and more words than there is room for' };
    const prompt = 'Hello 漢字';
    const { projectId } = world.project;
    const { runId, sessionId } = await world.client.ask('createRun', {
      body: { projectId, prompt, session },
    });
    await world.ended(runId);
    const narrow = { columns: 72 };
    const sessions = await open(['sessions', '-p', projectId, '--limit', '1'], {}, narrow).shows(
      /left with 0/,
    );
    const row = new RegExp(`^${sessionId.slice(0, 16)}  idle +${projectId} .* ago +漢字 .*…$`, 'm');
    expect(sessions).toMatch(row);
    expect(sessions).toContain('No more than 1 are listed; --limit takes more.');
    expect(await open(['runs'], {}, narrow).shows(/left with 0/)).toMatch(
      new RegExp(`^${runId.slice(0, 16)}\\w*  completed .* ago +Hello 漢字$`, 'm'),
    );
  });

  it('attaches: a permission is answered', async () => {
    const sessionId = await world.newSession();
    const { runId } = await world.start('Use Bash to run: echo permitted', sessionId, asking);
    await world.asked(runId);
    const terminal = open(['attach', sessionId]);
    await terminal.shows(/allow bash echo permitted\? \[y\]es \[n\]o \[a\]lways >/i);
    terminal.type('y');
    terminal.press('Enter');
    await terminal.shows(/permitted\n[\s\S]*completed\nidle >/);
    expect(await world.run(runId)).toMatchObject({ status: 'completed' });
  });

  it('attaches: Ctrl-C interrupts once and leaves twice', async () => {
    const { sessionId, runId, gate } = await world.hold();
    const terminal = open(['attach', sessionId]);
    await terminal.shows(/working > /);
    terminal.press('C-c');
    await terminal.shows(/cancelled\nidle >/);
    await world.ended(runId, 'cancelled');
    gate.open();
    terminal.press('C-c');
    await terminal.shows(/left with 0/);
  });

  it('attaches: what is typed after Ctrl-C makes the next one a first one', async () => {
    const terminal = open(['attach', await world.newSession()]);
    await terminal.shows(/idle > /);
    terminal.press('C-c');
    await terminal.shows(/Ctrl-C again leaves/);
    terminal.type('Hello');
    terminal.press('Enter');
    await terminal.shows(/completed\nidle >/);
    terminal.press('C-c');
    await terminal.shows(/Ctrl-C again leaves[\s\S]*Ctrl-C again leaves/);
    terminal.press('C-c');
    await terminal.shows(/left with 0/);
  });

  it('leaves a followed run with Ctrl-C, and the run goes on', async () => {
    const { runId, gate } = await world.hold();
    const terminal = open(['wait', runId]);
    await terminal.shows(/running · /);
    terminal.press('C-c');
    await terminal.shows(/The run goes on[\s\S]*left with 130/);
    gate.open();
    await world.ended(runId);
  });

  it('shows each line once in "tail" and "attach" while the server is killed in the middle of a run', async () => {
    const sessionId = await world.newSession();
    const [tail, attach] = [open(['tail', sessionId]), open(['attach', sessionId])];
    await tail.shows(/idle · \d+ s/);
    await attach.shows(/idle > $/m);
    const prompt = script({ say: 'the first words' }, { waitFor: 'never' });
    const { runId } = await world.start(prompt, sessionId);
    // Not the prompt, which holds the same words: before the agent has it, a killed run begins anew.
    for (const terminal of [tail, attach]) await terminal.shows(/^the first words$/m);
    await program.kill();
    for (const terminal of [tail, attach]) await terminal.shows(/The server is away/);
    await program.startAgain();
    await world.ended(runId, 'failed');
    for (const terminal of [tail, attach]) {
      await terminal.shows(/The server is back/);
      await terminal.shows(/\(interrupted_by_restart\)/);
    }
    attach.type('What is 9*9?');
    attach.press('Enter');
    for (const terminal of [tail, attach]) await terminal.shows(/\n81\ncompleted/);
    const read = open(['tail', sessionId, '--after', '0']);
    await read.shows(/\n81\ncompleted/);
    // A screen may be looked at while it is drawn.
    const shown = await until('all show the same', () => {
      const [whole, ...others] = [read, tail, attach].map((one) => transcriptOf(one).join('\n'));
      return others.every((other) => other === whole) && whole;
    });
    expect(shown.match(/^the first words$/gm)).toHaveLength(1);
    expect(shown.match(/\(interrupted_by_restart\)/g)).toHaveLength(1);
  });

  /** What stands there of the log: without what was said about the connection, live lines, and what invites to type. */
  function transcriptOf(terminal: PseudoTerminal): string[] {
    const talk = /^(?:The server is |Ctrl-C interrupts|ses_\w+ "| *$)|^\w+ · \d+ s|^(?:idle|working) >/;
    return terminal
      .screen()
      .split('\n')
      .map((line) => line.replace(/^(?:idle|working) (?=> \S)/, ''))
      .filter((line) => !talk.test(line));
  }

  it('stays attached while the server is killed and started again', async () => {
    const sessionId = await world.newSession();
    const terminal = open(['attach', sessionId]);
    await terminal.shows(/idle > /);
    await program.kill();
    await terminal.shows(/The server is away/);
    await program.startAgain();
    await terminal.shows(/The server is back/);
    terminal.type('What is 9*9?');
    terminal.press('Enter');
    await terminal.shows(/\n81\ncompleted\nidle >/);
  });
});
