/** What waits for a person, in any session: permissions that agents ask for, and runs that are parked. */
import { type UseQueryResult, useQuery } from '@tanstack/react-query';
import type { Parking, Permission, RunSummary } from 'quarterdeck/client';
import { useMemo } from 'react';
import { useClient } from './client';
import { keys } from './keys';

export type ParkedRun = RunSummary & { parked: Parking };

export type Waiting = {
  id: string;
  sinceMs: number;
  sessionId: string;
  projectId: string;
  /** Without anybody it stays as it is. A parked run may go on by itself. */
  needsPerson: boolean;
} & ({ kind: 'permission'; permission: Permission } | { kind: 'parked'; run: ParkedRun });

/** More than anybody answers at once; what is beyond comes up when these are answered. */
const waitingMax = 100;

interface WaitingRead extends Pick<UseQueryResult, 'error'> {
  /** What needs a person first, and what waits longest before the rest. Absent until both were read. */
  data: readonly Waiting[] | undefined;
  refetch: () => void;
}

export function useWaiting(): WaitingRead {
  const client = useClient();
  const pending = { status: 'pending', limit: waitingMax } as const;
  const parked = { status: 'parked', limit: waitingMax } as const;
  const permissions = useQuery({
    queryKey: keys.permissions(pending),
    queryFn: async ({ signal }) => (await client.permissions.list(pending, { signal })).permissions,
  });
  const runs = useQuery({
    queryKey: keys.runs(parked),
    queryFn: async ({ signal }) => (await client.runs.list(parked, { signal })).runs.filter(isParked),
  });
  const data = useMemo(
    () =>
      permissions.data &&
      runs.data &&
      [...permissions.data.map(fromPermission), ...runs.data.map(fromRun)].sort(byNeed),
    [permissions.data, runs.data],
  );
  return {
    data,
    error: permissions.error ?? runs.error,
    refetch: () => {
      void permissions.refetch();
      void runs.refetch();
    },
  };
}

/** How many things need somebody. */
export function useWaitingCount(): number {
  return useWaiting().data?.filter(({ needsPerson }) => needsPerson).length ?? 0;
}

function isParked(run: RunSummary): run is ParkedRun {
  return run.parked !== undefined;
}

function fromPermission(permission: Permission): Waiting {
  const { requestId, requestedAt, sessionId, projectId } = permission;
  return {
    kind: 'permission',
    id: requestId,
    sinceMs: requestedAt,
    sessionId,
    projectId,
    needsPerson: true,
    permission,
  };
}

function fromRun(run: ParkedRun): Waiting {
  const { runId, sessionId, projectId, parked } = run;
  const needsPerson = !parked.autoResume || parked.resumesAt === undefined;
  return { kind: 'parked', id: runId, sinceMs: parked.parkedAt, sessionId, projectId, needsPerson, run };
}

function byNeed(one: Waiting, other: Waiting): number {
  return Number(other.needsPerson) - Number(one.needsPerson) || one.sinceMs - other.sinceMs;
}
