/** What runs may use, and what becomes of a run that has used it up. */
import { z } from 'zod';

/** Whatever is absent has no bound. Tokens and cost are known when a turn ends, the others while it goes on. */
export const budget = z.object({
  maxTurns: z.int().min(1).optional(),
  maxToolCalls: z.int().min(1).optional(),
  /** Work of the agent; waiting for people does not count. */
  maxDurationMs: z.int().min(1).optional(),
  /** Of input and output together. */
  maxTokens: z.int().min(1).optional(),
  maxCostUsd: z.number().positive().optional(),
});
export type Budget = z.infer<typeof budget>;

/** As a request brings it: a bound whose name is misspelt would bound nothing. */
export const budgetInput = budget.strict();

/** Of one run, of all runs of a session, of all runs of a project, of those within a day (UTC). */
export const budgetScope = z.enum(['run', 'session', 'project', 'day']);
export type BudgetScope = z.infer<typeof budgetScope>;

export const parkReason = z.enum(['budget', 'usage_limit']);
export type ParkReason = z.infer<typeof parkReason>;

/** Why a run is parked, and what it waits for. */
export const parking = z.object({
  reason: parkReason,
  message: z.string(),
  /** Whose budget is used up. */
  scope: budgetScope.optional(),
  parkedAt: z.int(),
  /** When a new try makes sense, where that is known. */
  resumesAt: z.int().optional(),
  /** It goes on by itself then. */
  autoResume: z.boolean(),
});
export type Parking = z.infer<typeof parking>;

/** What becomes of a run that was active when the server died: it fails, or its agent is asked to go on. */
export const restartPolicy = z.enum(['fail', 'continue']);
export type RestartPolicy = z.infer<typeof restartPolicy>;
