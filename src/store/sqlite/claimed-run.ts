import { AppError } from '../../contract/index.js';
import { isActive, type RunClaim } from '../../core/index.js';
import type { RunHead } from './heads.js';
import type { Transaction } from './transaction.js';

/** The run, if the claim still holds. Throws `stale_claim`. */
export function claimedRun(tx: Transaction, claim: RunClaim): RunHead {
  const run = tx.findRun(claim.runId);
  if (run === undefined || run.attempt !== claim.attempt || !isActive(run.status)) {
    throw new AppError('stale_claim', `Run ${claim.runId} is no longer driven by attempt ${claim.attempt}.`);
  }
  return run;
}
