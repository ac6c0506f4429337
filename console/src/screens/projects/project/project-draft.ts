/** A project while somebody edits it, and what of it is to be changed. */
import type { Budget, Project, RestartPolicy } from 'quarterdeck/client';
import type { ProjectChange } from '../../../data/projects';
import { type BudgetTexts, budgetOf, textsOf } from '../../../parts/budget-fields';

export interface ProjectDraft {
  name: string;
  /** Empty: none. */
  target: string;
  budget: BudgetTexts;
  dailyBudget: BudgetTexts;
  autoResume: boolean;
  onRestart: RestartPolicy;
}

export function draftOf(project: Project): ProjectDraft {
  return {
    name: project.name,
    target: project.defaultTarget ?? '',
    budget: textsOf(project.budget),
    dailyBudget: textsOf(project.dailyBudget),
    autoResume: project.autoResume ?? false,
    onRestart: project.onRestart ?? 'fail',
  };
}

/**
 * What is not changed is not sent, so that two people can change different things at once. `undefined` while the draft
 * has something that cannot be sent.
 */
export function changeOf(project: Project, draft: ProjectDraft): ProjectChange | undefined {
  const before = draftOf(project);
  const name = draft.name.trim();
  const budget = budgetOf(draft.budget);
  const dailyBudget = budgetOf(draft.dailyBudget);
  if (name === '' || budget === undefined || dailyBudget === undefined) return undefined;
  return {
    ...(name !== project.name && { name }),
    ...(draft.target !== before.target && { defaultTarget: draft.target === '' ? null : draft.target }),
    ...(!sameBudget(budget, project.budget) && { budget }),
    ...(!sameBudget(dailyBudget, project.dailyBudget) && { dailyBudget }),
    ...(draft.autoResume !== before.autoResume && { autoResume: draft.autoResume }),
    ...(draft.onRestart !== before.onRestart && { onRestart: draft.onRestart }),
  };
}

function sameBudget(one: Budget | null, other: Budget | undefined): boolean {
  const names = ['maxTurns', 'maxToolCalls', 'maxDurationMs', 'maxTokens', 'maxCostUsd'] as const;
  return names.every((name) => one?.[name] === other?.[name]);
}
