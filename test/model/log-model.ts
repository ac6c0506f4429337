/**
 * What a session is, told by its log alone: each event is applied to a small machine that refuses what must never
 * happen. The store's own tables are compared with what comes out.
 */
import { isTerminalEventType, type RunStatus, type SessionEvent } from '../../src/contract/index.js';
import type { StoredEvent } from '../../src/core/index.js';

export interface ModelRun {
  runId: string;
  status: RunStatus;
  /** Its place among the queued: moves exchange these. */
  order: number;
  prompt: string;
  cancelRequested: boolean;
  /** Its prompt may have reached the agent. */
  handedOver: boolean;
  steersInto: string | undefined;
  finalOutput: string | undefined;
  pending: Set<string>;
}

const active: readonly RunStatus[] = ['injecting', 'running', 'awaiting_permission'];

function rule(holds: boolean, words: string): asserts holds {
  if (!holds) throw new Error(`rule broken: ${words}`);
}

export class LogModel {
  readonly runs = new Map<string, ModelRun>();
  readonly log: string[] = [];
  paused = false;
  /** The run whose failure must pause the queue, until it has. */
  private mustPause: string | undefined;

  constructor(
    readonly sessionId: string,
    readonly pausesOnFailure: boolean,
  ) {}

  get seq(): number {
    return this.log.length;
  }

  queue(): ModelRun[] {
    return [...this.runs.values()]
      .filter(({ status }) => status === 'queued')
      .sort((a, b) => a.order - b.order);
  }

  active(): ModelRun | undefined {
    return [...this.runs.values()].find(({ status }) => active.includes(status));
  }

  apply({ seq, runId, json }: StoredEvent): void {
    const event = JSON.parse(json) as SessionEvent;
    try {
      rule(seq === this.seq + 1, 'the seqs of a log have neither gaps nor duplicates');
      rule(
        this.mustPause === undefined || event.type === 'queue_paused',
        'a failure pauses the queue at once',
      );
      if (runId === undefined) this.applyToSession(event);
      else this.applyToRun(event, runId);
    } catch (error) {
      const words = `${(error as Error).message}\nin ${this.sessionId}, at seq ${seq} of run ${runId}: ${json}`;
      throw new Error(`${words}\nafter:\n${this.log.slice(-20).join('\n')}`);
    }
    this.log.push(`${runId ?? '-'} ${json}`);
  }

  private applyToSession(event: SessionEvent): void {
    if (event.type === 'queue_paused') {
      rule(event.failedRunId === this.mustPause, 'a pause names the run that failed, where one did');
      this.mustPause = undefined;
      this.paused = true;
    }
    if (event.type === 'queue_resumed') this.paused = false;
  }

  private applyToRun(event: SessionEvent, runId: string): void {
    if (event.type === 'run_queued') {
      this.admit(runId, event.input.content);
      return;
    }
    const run = this.runs.get(runId);
    rule(run !== undefined, 'the first event of a run is run_queued');
    rule(
      run.status === 'queued' || active.includes(run.status) || run.status === 'steering',
      'no event comes after the terminal one',
    );
    if (isTerminalEventType(event.type)) this.end(run, event);
    else this.step(run, event);
  }

  private admit(runId: string, prompt: string): void {
    rule(!this.runs.has(runId), 'a run is admitted once');
    const order = this.runs.size;
    const rest = { cancelRequested: false, handedOver: false, steersInto: undefined, finalOutput: undefined };
    this.runs.set(runId, { runId, status: 'queued', order, prompt, pending: new Set(), ...rest });
  }

  private step(run: ModelRun, event: SessionEvent): void {
    const queued = run.status === 'queued';
    const runs = run.status === 'running' || run.status === 'awaiting_permission';
    switch (event.type) {
      case 'run_edited':
        rule(queued, 'only a queued run is edited');
        run.prompt = event.input.content;
        return;
      case 'run_moved':
        rule(queued, 'only a queued run is moved');
        this.move(run, event.queuePosition - 1);
        return;
      case 'run_injecting':
        rule(this.queue()[0] === run, 'the first of the queue is taken');
        rule(this.active() === undefined, 'one run of a session is active');
        rule(!this.paused, 'a paused queue starts nothing');
        run.status = 'injecting';
        return;
      case 'run_steering': {
        const into = this.runs.get(event.intoRunId);
        rule(queued && into !== undefined && into === this.active(), 'a text goes into the turn under way');
        rule(into.status !== 'injecting' && !into.cancelRequested, 'a text goes into a turn that goes on');
        run.status = 'steering';
        run.steersInto = into.runId;
        return;
      }
      case 'run_requeued':
        rule(
          run.status === 'steering' || (run.status === 'injecting' && !run.handedOver),
          'only what was not handed over is queued again',
        );
        run.status = 'queued';
        run.steersInto = undefined;
        return;
      case 'cancel_requested':
        rule(!queued && !run.cancelRequested, 'an active run is asked once to end');
        run.cancelRequested = true;
        return;
      case 'agent_start':
        rule(run.status === 'injecting' && !run.handedOver, 'a prompt is handed over once');
        run.handedOver = true;
        return;
      case 'run_started':
        rule(run.status === 'injecting' && run.handedOver, 'only a run that was handed over starts');
        run.status = 'running';
        return;
      case 'permission_request':
        rule(runs, 'only a turn asks');
        run.pending.add(event.requestId);
        run.status = 'awaiting_permission';
        return;
      case 'permission_decision':
        rule(run.pending.delete(event.requestId), 'a request is answered once');
        if (run.pending.size === 0) run.status = 'running';
        return;
      case 'agent_end':
      case 'continuation_key_observed':
        rule(run.handedOver, 'nothing comes from an agent that has no prompt');
        return;
      case 'notice':
        rule(active.includes(run.status), 'the server speaks of a run only while it is active');
        return;
      default:
        rule(runs, 'an agent speaks only while its run is running');
    }
  }

  private move(run: ModelRun, to: number): void {
    const before = this.queue();
    const orders = before.map(({ order }) => order);
    const after = before.filter((other) => other !== run);
    after.splice(to, 0, run);
    after.forEach((one, index) => {
      one.order = orders[index] as number;
    });
  }

  private end(run: ModelRun, event: SessionEvent): void {
    rule(run.pending.size === 0, 'no request outlives its run');
    const steering = [...this.runs.values()].filter(({ steersInto }) => steersInto === run.runId);
    rule(
      !steering.some(({ status }) => status === 'steering'),
      'a run ends only when its steered texts are settled',
    );
    if (event.type === 'run_completed') {
      rule(run.status === 'steering' || run.handedOver, 'only what an agent had is completed');
      rule(event.injectedInto === run.steersInto, 'a steered run names the turn that it went into');
      run.finalOutput = event.finalOutput;
    }
    if (event.type === 'run_failed') {
      rule(run.status !== 'queued', 'a queued run does not fail');
      if (this.pausesOnFailure && !this.paused) this.mustPause = run.runId;
    }
    run.status = event.type.slice('run_'.length) as RunStatus;
  }
}
