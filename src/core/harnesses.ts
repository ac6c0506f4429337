/** Which agents this server can drive, and whether their programs are there. */
import type { HarnessDescription, HarnessList, HarnessName } from '../contract/index.js';
import type { Clock } from './ports/clock.js';
import type { Harness } from './ports/harness.js';

type Inspected = Pick<Harness, 'name' | 'capabilities' | 'inspect'>;

/** Looking for a program reads a few files and may ask it for its version; what takes longer hangs. */
export const inspectTimeoutMs = 5000;
/** Somebody who has just installed an agent sees it soon, and whoever polls starts no programs. */
export const inspectionKeptMs = 5000;

export class Harnesses {
  private latest: { list: Promise<HarnessList>; atMs: number } | undefined;

  constructor(
    private readonly harnesses: ReadonlyMap<HarnessName, Inspected>,
    private readonly clock: Clock,
  ) {}

  /** Up to `inspectionKeptMs` old. Never rejects. */
  list(): Promise<HarnessList> {
    const nowMs = this.clock.monotonicMs();
    if (this.latest === undefined || nowMs - this.latest.atMs >= inspectionKeptMs)
      this.latest = { list: this.inspectAll(), atMs: nowMs };
    return this.latest.list;
  }

  private async inspectAll(): Promise<HarnessList> {
    const all = [...this.harnesses.values()];
    return { harnesses: await Promise.all(all.map((harness) => this.inspectOne(harness))) };
  }

  private async inspectOne(harness: Inspected): Promise<HarnessDescription> {
    const { name, capabilities } = harness;
    const timeout = new AbortController();
    const late = new Promise<HarnessDescription['programs']>((resolve) => {
      timeout.signal.addEventListener('abort', () => {
        const problem = `Looking for it took longer than ${inspectTimeoutMs} ms: one of its programs may hang.`;
        resolve([{ name, found: false, login: 'unknown', problem }]);
      });
    });
    const cancel = this.clock.after(inspectTimeoutMs, () => timeout.abort());
    // The deadline speaks first: an inspection that is given up has nothing to add.
    const programs = await Promise.race([late, harness.inspect(timeout.signal)]).finally(cancel);
    return { name, capabilities, programs: [...programs] };
  }
}
