/** Runs the steps of a script, in order, through the same actions that a skill has. */
import type { ProgramAccess } from '../program-access.js';
import { type Turn, TurnFailed } from '../turn.js';
import type { Step } from './parse.js';
import { waitForFile } from './wait-for-file.js';

/** Steps that one turn runs, repeated ones counted each time. */
const stepsRunMax = 1_000_000;
/** A script that never waits must let the event loop go round: other conversations share it. */
const sliceMs = 5;

export class ScriptRun {
  private steps = 0;
  private sliceEndMs = performance.now() + sliceMs;

  constructor(
    private readonly turn: Turn,
    private readonly program: ProgramAccess,
  ) {}

  async runAll(steps: readonly Step[]): Promise<void> {
    for (const step of steps) {
      this.steps += 1;
      if (this.steps > stepsRunMax)
        throw new TurnFailed('agent_failed', `script: more than ${stepsRunMax} steps`);
      await this.takeBreath();
      this.turn.throwIfStopped();
      await this.run(step);
    }
  }

  private async run(step: Step): Promise<void> {
    const { turn, program } = this;
    switch (step.kind) {
      case 'say':
        return this.say(step);
      case 'think':
        turn.startMessage().think(step.text);
        return turn.endMessage();
      case 'tool':
        await turn.useTool(step.name, step.input, step.ask ? true : undefined);
        return;
      case 'waitFor':
        return waitForFile(turn, step.file);
      case 'ask':
        return this.ask(step);
      case 'sleep':
        return turn.pause(step.ms);
      case 'flood':
        return this.flood(step);
      case 'emit':
        return this.emit(step);
      case 'fail':
        throw new TurnFailed(
          step.resumesAt === undefined ? 'agent_failed' : 'usage_limit_reached',
          step.message,
          step.resumesAt,
        );
      case 'crash':
        turn.stream.flush();
        program.crash(step.exitCode);
        return turn.unlessStopped(new Promise<void>(() => undefined));
      case 'ignoreSignals':
        return turn.ignoreSignals();
      case 'hang':
        return turn.unlessStopped(new Promise<void>(() => undefined));
      case 'garbage':
        turn.stream.flush();
        return program.writeRaw(step.text);
      case 'repeat':
        return this.repeat(step);
    }
  }

  private async countStep(): Promise<void> {
    this.steps += 1;
    if (this.steps > stepsRunMax)
      throw new TurnFailed('agent_failed', `script: more than ${stepsRunMax} steps`);
    await this.takeBreath();
    this.turn.throwIfStopped();
  }

  private async repeat({ times, steps }: Extract<Step, { kind: 'repeat' }>): Promise<void> {
    for (let time = 0; time < times; time += 1) {
      // A round counts too, or empty rounds would never end.
      await this.countStep();
      await this.runAll(steps);
    }
  }

  private async say({ text, deltas, delayMs }: Extract<Step, { kind: 'say' }>): Promise<void> {
    if (deltas === 0 && delayMs === 0) return this.turn.say(text);
    const characters = Array.from(text);
    const perDelta = deltas === 0 ? 1 : Math.max(1, Math.ceil(characters.length / deltas));
    const message = this.turn.startMessage();
    for (let at = 0; at < characters.length; at += perDelta) {
      if (at > 0 && delayMs > 0) await this.turn.pause(delayMs);
      message.delta(characters.slice(at, at + perDelta).join(''));
      if (this.turn.stream.isFull) await this.turn.room();
    }
    this.turn.endMessage();
  }

  private async ask({ toolName, toolInput }: Extract<Step, { kind: 'ask' }>): Promise<void> {
    const { decision, message } = await this.turn.ask(toolName, toolInput);
    await this.turn.say(
      `The decision about ${toolName} was: ${decision}${message === undefined ? '' : ` (${message})`}.`,
    );
  }

  /** Numbered chunks, so that a reader can tell a missing one. */
  private async flood({ bytes, chunkBytes }: Extract<Step, { kind: 'flood' }>): Promise<void> {
    const message = this.turn.startMessage();
    for (let sent = 0; sent < bytes; sent += chunkBytes) {
      const chunk = `${sent}:`.padEnd(chunkBytes, '.').slice(0, Math.min(chunkBytes, bytes - sent));
      message.delta(chunk);
      if (this.turn.stream.isFull) await this.roomAndBreath();
    }
    this.turn.endMessage();
  }

  private async emit({ count, bytes, type }: Extract<Step, { kind: 'emit' }>): Promise<void> {
    const text = 'x'.repeat(bytes);
    const event =
      type === 'notice'
        ? { type, level: 'info', message: text }
        : { type, messageId: this.turn.newId('msg'), textDelta: text };
    // The events are equal: serialised once, so that what is measured is the way and not the source.
    const json = JSON.stringify(event);
    for (let sent = 0; sent < count; sent += 1) {
      this.turn.stream.emitJson(json);
      if (this.turn.stream.isFull) await this.roomAndBreath();
    }
  }

  private async roomAndBreath(): Promise<void> {
    await this.takeBreath();
    await this.turn.room();
  }

  private async takeBreath(): Promise<void> {
    if (performance.now() < this.sliceEndMs) return;
    await new Promise<void>((resolve) => {
      setImmediate(resolve);
    });
    this.sliceEndMs = performance.now() + sliceMs;
  }
}
