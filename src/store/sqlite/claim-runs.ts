/** Which queued runs are next: first in, first out within a session, projects in turn, exactly within the limits. */
import { type ClaimedRun, type ClaimRequest, type PermissionPolicy, pendingEvent } from '../../core/index.js';
import { budgetLines } from './budget-lines.js';
import type { SqlRow } from './driver.js';
import { forkOriginFrom } from './fork-origin.js';
import type { RunHead, SessionHead } from './heads.js';
import { leaveQueue } from './leave-queue.js';
import type { Transaction } from './transaction.js';

export function claimRuns(tx: Transaction, request: ClaimRequest): ClaimedRun[] {
  tx.flush();
  return chooseReady(tx, request).map((session) => claimHead(tx, session, request));
}

/** One ready session at a time from each project in turn, oldest first within a project, while the limits allow. */
function chooseReady(tx: Transaction, request: ClaimRequest): SessionHead[] {
  const active = new ActiveCounts(tx);
  const chosen: SessionHead[] = [];
  const free = () => Math.min(request.limit - chosen.length, request.globalActiveMax - active.total);
  if (free() <= 0) return chosen;
  const waiting = readyByProject(tx, request.afterProjectId, free());
  let lanes = [...waiting];
  while (lanes.length > 0 && free() > 0) {
    for (const [projectId, sessions] of lanes) {
      if (free() <= 0) break;
      const open = active.ofProject(projectId) < request.projectActiveMax;
      const next = open
        ? sessions.findIndex((s) => active.ofHarness(s.harness) < request.harnessActiveMax(s.harness))
        : -1;
      if (next === -1) {
        lanes = lanes.filter(([id]) => id !== projectId);
        continue;
      }
      const { sessionId } = sessions.splice(next, 1)[0] as ReadySession;
      const session = tx.session(sessionId);
      active.add(projectId, session.harness);
      chosen.push(session);
      if (sessions.length === 0) lanes = lanes.filter(([id]) => id !== projectId);
    }
  }
  return chosen;
}

interface ReadySession {
  sessionId: string;
  harness: string;
  headRunId: string;
}

/**
 * At most `perGroup` ready sessions of each project and harness, oldest first. Groups are found by stepping through
 * the index of ready sessions, so that the cost follows what is taken and not what waits.
 */
function readyByProject(
  tx: Transaction,
  afterProjectId: string | undefined,
  perGroup: number,
): [projectId: string, sessions: ReadySession[]][] {
  const ready =
    'head_run_id IS NOT NULL AND active_run_id IS NULL AND queue_paused = 0 AND parked_run_id IS NULL';
  const byProject = new Map<string, ReadySession[]>();
  let at: SqlRow | undefined;
  for (;;) {
    at =
      at === undefined
        ? tx.get(
            `SELECT project_id, harness FROM sessions WHERE ${ready} ORDER BY project_id, harness LIMIT 1`,
          )
        : tx.get(
            `SELECT project_id, harness FROM sessions WHERE ${ready} AND (project_id, harness) > (?, ?)
              ORDER BY project_id, harness LIMIT 1`,
            at.project_id as string,
            at.harness as string,
          );
    if (at === undefined) break;
    const projectId = at.project_id as string;
    const rows = tx.all(
      `SELECT session_id, harness, head_run_id FROM sessions WHERE ${ready} AND project_id = ? AND harness = ?
        ORDER BY head_run_id LIMIT ?`,
      projectId,
      at.harness as string,
      perGroup,
    );
    const sessions = rows.map((row) => ({
      sessionId: row.session_id as string,
      harness: row.harness as string,
      headRunId: row.head_run_id as string,
    }));
    byProject.set(projectId, [...(byProject.get(projectId) ?? []), ...sessions]);
  }
  for (const sessions of byProject.values()) sessions.sort((a, b) => (a.headRunId < b.headRunId ? -1 : 1));
  const lanes = [...byProject];
  const first = lanes.findIndex(([projectId]) => afterProjectId !== undefined && projectId > afterProjectId);
  return first <= 0 ? lanes : [...lanes.slice(first), ...lanes.slice(0, first)];
}

class ActiveCounts {
  total = 0;
  private readonly projects = new Map<string, number>();
  private readonly harnesses = new Map<string, number>();

  constructor(tx: Transaction) {
    const rows = tx.all('SELECT project_id, harness FROM sessions WHERE active_run_id IS NOT NULL');
    for (const row of rows) this.add(row.project_id as string, row.harness as string);
  }

  add(projectId: string, harness: string): void {
    this.total += 1;
    this.projects.set(projectId, this.ofProject(projectId) + 1);
    this.harnesses.set(harness, this.ofHarness(harness) + 1);
  }

  ofProject(projectId: string): number {
    return this.projects.get(projectId) ?? 0;
  }

  ofHarness(harness: string): number {
    return this.harnesses.get(harness) ?? 0;
  }
}

function claimHead(tx: Transaction, session: SessionHead, request: ClaimRequest): ClaimedRun {
  const run = tx.findRun(session.headRunId as string);
  if (run === undefined) throw new Error(`session ${session.sessionId} has a head run that does not exist`);
  tx.command(session, run, 'claim');
  run.attempt += 1;
  run.workerId = request.workerId;
  leaveQueue(tx, session, run);
  const seq = tx.append(
    session,
    run,
    pendingEvent({
      type: 'run_injecting',
      runId: run.runId,
      projectId: run.projectId,
      claimedAt: request.at,
      attempt: run.attempt,
    }),
    request.at,
  );
  run.claimedSeq ??= seq;
  return claimedFrom(tx, session, run, request.at);
}

/** An attempt before this one has begun the new context that the run asked for. */
function hasContext(run: RunHead): boolean {
  return run.typeCounts.continuation_key_observed !== undefined;
}

function claimedFrom(tx: Transaction, session: SessionHead, run: RunHead, at: number): ClaimedRun {
  const row = tx.get(
    `SELECT i.max_turns, i.fresh_context, i.prompt, i.permissions, i.attachments, i.budget, s.budget AS session_budget,
        p.budget AS project_budget, p.daily_budget, s.target, coalesce(i.model, s.model) AS model, s.direct_harness, s.forked_from_session,
        s.forked_from_run, s.fork_continuation, s.fork_checkpoint, s.imported_from, p.root
      FROM run_inputs i JOIN sessions s ON s.session_key = ? JOIN projects p ON p.project_id = s.project_id
      WHERE i.run_key = ?`,
    session.key,
    run.key,
  ) as SqlRow;
  const fork = forkOriginFrom(row);
  return {
    runId: run.runId,
    attempt: run.attempt,
    session: {
      sessionId: session.sessionId,
      projectId: session.projectId,
      harness: session.harness,
      aspTargetName: row.target as string,
      ...(row.model === null ? {} : { model: row.model as string }),
    },
    root: row.root as string,
    direct: row.direct_harness === 1,
    prompt: row.prompt as string,
    freshContext: row.fresh_context === 1 && !hasContext(run),
    followsOthers: run.runNo > 1,
    imported: row.imported_from !== null,
    budgets: budgetLines(tx, session, run, row, at),
    ...(run.interrupted === null ? {} : { interrupted: run.interrupted }),
    ...(row.max_turns === null ? {} : { maxTurns: row.max_turns as number }),
    ...(session.continuation === null ? {} : { continuation: session.continuation }),
    ...(fork === undefined ? {} : { fork }),
    ...(row.permissions === null
      ? {}
      : { permissions: JSON.parse(row.permissions as string) as PermissionPolicy }),
    ...(row.attachments === null ? {} : { attachments: JSON.parse(row.attachments as string) as string[] }),
  };
}
