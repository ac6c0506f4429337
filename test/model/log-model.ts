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
  /** Its prompt may have reached the agent, in this attempt. */
  handedOver: boolean;
  /** The wordings in which it was handed over, one for each attempt that came so far. */
  handedPrompts: string[];
  /** How the agent of this attempt ended. */
  agentEnd: string | undefined;
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
    readonly ways: {
      pauseOnFailure: boolean;
      /** Agents of a dead server are asked to go on. */
      goesOn: boolean;
    },
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

  parked(): ModelRun | undefined {
    return [...this.runs.values()].find(({ status }) => status === 'parked');
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
      ['queued', 'parked', 'steering', ...active].includes(run.status),
      'no event comes after the terminal one',
    );
    if (isTerminalEventType(event.type)) this.end(run, event);
    else this.step(run, event);
  }

  private admit(runId: string, prompt: string): void {
    rule(!this.runs.has(runId), 'a run is admitted once');
    const order = this.runs.size;
    const before = { cancelRequested: false, handedOver: false, handedPrompts: [], agentEnd: undefined };
    const after = { steersInto: undefined, finalOutput: undefined, pending: new Set<string>() };
    this.runs.set(runId, { runId, status: 'queued', order, prompt, ...before, ...after });
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
        rule(this.parked() === undefined, 'a parked run keeps its place');
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
          run.status === 'steering' ||
            (run.status === 'injecting' && !run.handedOver) ||
            (this.ways.goesOn && active.includes(run.status) && run.agentEnd === 'restart'),
          'only what was not handed over is queued again, or what a project wants to go on',
        );
        this.setAside(run, 'queued');
        return;
      case 'run_parked':
        rule(active.includes(run.status), 'only a run that is active is parked');
        rule(!run.handedOver || run.agentEnd === 'parked', 'the agent of a parked run has ended');
        rule(!run.cancelRequested, 'a run that is to end is not parked');
        this.setAside(run, 'parked');
        return;
      case 'run_resumed':
        rule(run.status === 'parked', 'only a parked run is resumed');
        run.status = 'queued';
        rule(this.queue()[0] === run, 'a resumed run stands in front');
        return;
      case 'auto_resume_set':
        return;
      case 'cancel_requested':
        rule(
          !queued && run.status !== 'parked' && !run.cancelRequested,
          'an active run is asked once to end',
        );
        run.cancelRequested = true;
        return;
      case 'agent_start':
        rule(run.status === 'injecting' && !run.handedOver, 'a prompt is handed over once');
        run.handedOver = true;
        run.handedPrompts.push(run.prompt);
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
        rule(run.handedOver && run.agentEnd === undefined, 'an agent that has the prompt ends once');
        run.agentEnd = event.reason;
        return;
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

  /** This attempt is over and the run is not. */
  private setAside(run: ModelRun, status: 'queued' | 'parked'): void {
    rule(run.pending.size === 0, 'no request outlives its attempt');
    const steering = [...this.runs.values()].some(
      (one) => one.status === 'steering' && one.steersInto === run.runId,
    );
    rule(!steering, 'an attempt ends only when its steered texts are settled');
    run.status = status;
    run.steersInto = undefined;
    run.handedOver = false;
    run.agentEnd = undefined;
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
      if (this.ways.pauseOnFailure && !this.paused) this.mustPause = run.runId;
    }
    run.status = event.type.slice('run_'.length) as RunStatus;
  }
}
