import type { UsageBy, UsageGroup, UsageSums } from '../../contract/index.js';

export interface UsageQuery {
  by: UsageBy;
  projectId?: string;
  sessionId?: string;
  /** Days since 1970, UTC; both are part of it. */
  fromDay: number;
  toDay: number;
  /** Groups, those with the most runs first; of days, the latest first. */
  limit: number;
}

/** What runs used, added up as they end. Sessions that are deleted stay in it. */
export interface UsageStore {
  /** `total` is of all groups, also those beyond the limit. */
  sumUsage(query: UsageQuery): Promise<{ groups: UsageGroup[]; total: UsageSums }>;
}
