import type { Budget, BudgetScope, Parking, ToolHistoryEntry, Usage } from '../../contract/index.js';
import type { Continuation, RunClaim } from './run-claim.js';

/** What attempts of a run used, or all runs of a session, a project, a day. */
export interface Spent {
  usage: Usage;
  activeMs: number;
}

/** A budget that concerns a run, with what is used of it. */
export interface BudgetLine {
  scope: BudgetScope;
  limits: Budget;
  spent: Spent;
  /** When there is a new one, with nothing used of it; absent: never. */
  renewsAt?: number;
}

/** Why an attempt that the agent had begun did not come to its end. */
export type Interruption = 'budget' | 'usage_limit' | 'restart';

export interface RunPark {
  parking: Omit<Parking, 'autoResume' | 'parkedAt'>;
  continuation?: Continuation;
  usage?: Usage;
  activeMs: number;
  toolHistory: readonly ToolHistoryEntry[];
  at: number;
}

export interface ParkingStore {
  /**
   * Durable. An active run gives back its slot and keeps its place: what is queued behind it waits. Asked to cancel
   * meanwhile, it is cancelled instead. What is still `steering` into it has missed its turn. Throws `stale_claim`.
   */
  parkRun(claim: RunClaim, park: RunPark): Promise<void>;
  /**
   * Durable. `parked` → `queued`, in front. `raise` changes the budget that is used up: that of the run unless the
   * parking names another scope. Throws `run_not_found`, `run_not_parked`.
   */
  resumeRun(runId: string, raise: Budget | undefined, at: number): Promise<void>;
  /** Durable. Whether a run goes on by itself, once that makes sense. Throws `run_not_found`, `run_already_ended`. */
  setAutoResume(runId: string, autoResume: boolean, at: number): Promise<void>;
  /** Resumes every run that is parked and due; how many. */
  resumeDueRuns(at: number): Promise<number>;
}
