/** What runs used, for those who pay for it. */
import type { UsageBy, UsageReport } from '../contract/index.js';
import type { Clock } from './ports/clock.js';
import type { UsageStore } from './ports/store.js';
import { dayOf } from './utc-days.js';

export interface UsageRequest {
  by: UsageBy;
  projectId?: string;
  sessionId?: string;
  /** `2026-11-23`, in UTC; both are part of it. */
  from?: string;
  to?: string;
  limit: number;
}

export class UsageReports {
  constructor(
    private readonly store: UsageStore,
    private readonly clock: Clock,
  ) {}

  async read({ from, to, ...query }: UsageRequest): Promise<UsageReport> {
    const fromDay = from === undefined ? 0 : dayOf(Date.parse(from));
    const toDay = dayOf(to === undefined ? this.clock.now() : Date.parse(to));
    return { by: query.by, ...(await this.store.sumUsage({ ...query, fromDay, toDay })) };
  }
}
