import { tmpdir } from 'node:os';
import { expect, it } from 'vitest';
import { systemClock } from '../../core/index.js';
import { type Fields, spawnAgent } from '../process/index.js';
import { ClaudeLink } from './claude-link.js';
import { ProgramSeat } from './program-seat.js';

let marks = 0;

/** A shell in the place of Claude Code. */
async function linkTo(script: string): Promise<{ link: ClaudeLink; seat: ProgramSeat }> {
  marks += 1;
  const process_ = await spawnAgent({
    command: '/bin/sh',
    args: ['-c', script],
    cwd: tmpdir(),
    baseEnv: {},
    env: {},
    mark: `claude-link-${process.pid}-${marks}`,
    harnessProcessId: 'hpr_1',
    ledger: { recordProcess: async () => undefined, forgetProcess: async () => undefined },
  });
  const seat = new ProgramSeat();
  const parts = { clock: systemClock, terminateGraceMs: 1000, killMs: 3000 };
  return { link: new ClaudeLink(process_, parts, seat), seat };
}

it.each(['not json', '{}', '{"type":7}'])('%s is not of the protocol and ends the program', async (line) => {
  const { link } = await linkTo(`read -r _; echo '${line}'; exec sleep 1000`);
  link.process.stdin.write('\n');
  expect((await link.ended).error).toMatchObject({
    code: 'harness_failed',
    message: expect.stringContaining('protocol'),
  });
});

it('messages are told and passed on, and the control protocol is for the SDK alone', async () => {
  const frames = ['{"type":"system"}', '{"type":"control_request"}', '{"type":"keep_alive"}'];
  const { link, seat } = await linkTo(`read -r _; echo '${frames.join('\n')}'`);
  const told: Fields[] = [];
  link.listener = (frame) => void told.push(frame);
  const exit = new Promise((resolve) => seat.once('exit', resolve));
  seat.stdin.write('\n');
  expect(await exit).toBe(0);
  expect(told).toEqual([{ type: 'system' }]);
  expect(String(seat.stdout.read()).trim().split('\n')).toEqual(frames);
});

it('the program ends when the SDK gives it up', async () => {
  const { link, seat } = await linkTo('exec sleep 1000');
  seat.kill();
  expect((await link.ended).error).toMatchObject({ code: 'harness_failed' });
  expect(seat.killed).toBe(true);
});
