/** What runs used, added up. */
import { z } from 'zod';

export const usageByKinds = ['project', 'session', 'harness', 'model', 'day'] as const;
export const usageBy = z.enum(usageByKinds);
export type UsageBy = z.infer<typeof usageBy>;

/** Of runs that have ended, and of what parked runs used so far. */
export const usageSums = z.object({
  runs: z.int(),
  completed: z.int(),
  failed: z.int(),
  cancelled: z.int(),
  inputTokens: z.int(),
  outputTokens: z.int(),
  cachedInputTokens: z.int(),
  /** As agents tell it; 0 where they do not. */
  costUsd: z.number(),
  turns: z.int(),
  toolCalls: z.int(),
  /** Work of agents, in milliseconds; waiting for people does not count. */
  activeMs: z.int(),
});
export type UsageSums = z.infer<typeof usageSums>;

export const usageGroup = usageSums.extend({
  /** An id, a name, or a day as `2026-11-23` (UTC). Empty: the agent chose the model. */
  key: z.string(),
  /** Of a project or session that is still there. */
  name: z.string().optional(),
});
export type UsageGroup = z.infer<typeof usageGroup>;

export const usageReport = z.object({ by: usageBy, groups: z.array(usageGroup), total: usageSums });
export type UsageReport = z.infer<typeof usageReport>;
