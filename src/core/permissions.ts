import type { Permission, PermissionDecisionKind } from '../contract/index.js';
import type { Clock } from './ports/clock.js';
import type { Page, PermissionStore } from './ports/store.js';

/** What agents ask for, across sessions, and the answers of people. */
export class Permissions {
  constructor(
    private readonly store: PermissionStore,
    private readonly clock: Clock,
  ) {}

  list(filter: { status?: 'pending' | 'decided' }, page: Page): Promise<Permission[]> {
    return this.store.listPermissions(filter, page);
  }

  /** The first answer wins. Throws `permission_not_found`, `permission_already_decided`. */
  decide(requestId: string, decision: PermissionDecisionKind, message?: string): Promise<Permission> {
    return this.store.decidePermission(requestId, {
      decision,
      source: 'api',
      at: this.clock.now(),
      ...(message === undefined ? {} : { message }),
    });
  }
}
