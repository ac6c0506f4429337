import type { Permission, PermissionDecisionKind } from '../../contract/index.js';
import type { Page } from './page.js';
import type { RunClaim } from './run-claim.js';

export interface PermissionStore {
  /**
   * `running` → `awaiting_permission`, unless the policy of the target (`verdict`) or a rule of the session decides at
   * once; then both events are written and the run goes on. Throws `stale_claim`.
   */
  requestPermission(
    claim: RunClaim,
    request: {
      requestId: string;
      toolUseId: string;
      toolName: string;
      toolInput: unknown;
      verdict: 'allow' | 'ask' | 'deny';
      at: number;
    },
  ): Promise<{ decided: PermissionDecisionKind | undefined }>;
  /**
   * Durable. The first answer wins. Throws `permission_not_found`, `permission_already_decided`.
   * The run goes back to `running` when none of its requests is pending.
   */
  decidePermission(
    requestId: string,
    decision: {
      decision: PermissionDecisionKind;
      source: 'api' | 'unattended' | 'cancel' | 'run_end';
      message?: string;
      at: number;
    },
  ): Promise<Permission>;
  findPermission(requestId: string): Promise<(Permission & { message?: string }) | undefined>;
  /** Oldest first. */
  listPermissions(filter: { status?: 'pending' | 'decided' }, page: Page): Promise<Permission[]>;
}
