import type { Budget, Project } from 'quarterdeck/client';
import type { ReactNode } from 'react';
import { useTargets } from '../../../data/projects';
import { budgetWords } from '../../../parts/budget-words';
import { classes } from '../../../parts/classes';
import { TimeAgo } from '../../../parts/time-ago';

/** What a project is, apart from its targets. */
export function Facts({ project }: { project: Project }) {
  const { projectId, root, defaultTarget, createdAt, budget, dailyBudget, autoResume, onRestart } = project;
  const { data: list } = useTargets(projectId);
  return (
    <dl className="flex flex-wrap gap-x-10 gap-y-3 text-sm">
      <Fact name="Folder" wide>
        <code className="font-mono break-all">{root}</code>
      </Fact>
      <Fact name="Id">
        <code className="font-mono">{projectId}</code>
      </Fact>
      <Fact name="Default target">
        {defaultTarget ?? list?.defaultTarget}
        {defaultTarget === undefined && <span className="text-muted"> (none set)</span>}
      </Fact>
      <Fact name="Added">
        <TimeAgo at={createdAt} />
      </Fact>
      {dailyBudget !== undefined && <Fact name="Budget of a day">{join(dailyBudget)}</Fact>}
      {budget !== undefined && <Fact name="Budget of all its runs">{join(budget)}</Fact>}
      {autoResume === true && <Fact name="Parked runs">go on by themselves</Fact>}
      {onRestart === 'continue' && <Fact name="After a crash">runs go on</Fact>}
    </dl>
  );
}

function join(budget: Budget): string {
  return budgetWords(budget).join(', ');
}

function Fact({ name, wide = false, children }: { name: string; wide?: boolean; children: ReactNode }) {
  return (
    <div className={classes('flex min-w-0 flex-col gap-0.5', wide && 'w-full')}>
      <dt className="text-xs text-muted">{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}
