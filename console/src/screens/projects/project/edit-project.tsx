import type { Project } from 'quarterdeck/client';
import { type FormEvent, useId, useState } from 'react';
import { isAtFields, problemOf } from '../../../data/problems';
import { useUpdateProject } from '../../../data/projects';
import { BudgetFields } from '../../../parts/budget-fields';
import { Button } from '../../../parts/button';
import { Dialog } from '../../../parts/dialog';
import { SelectField, TextField } from '../../../parts/field';
import { ErrorNotice } from '../../../parts/notices';
import { useToasts } from '../../../parts/toasts';
import { DefaultTarget } from './default-target';
import { changeOf, draftOf, type ProjectDraft } from './project-draft';

export function EditProject({ project, onClose }: { project: Project; onClose: () => void }) {
  const formId = useId();
  const toasts = useToasts();
  const update = useUpdateProject(project.projectId);
  const [draft, setDraft] = useState(() => draftOf(project));
  const change = changeOf(project, draft);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (change === undefined) return;
    const changed = update.mutateAsync(change);
    toasts.follow(changed, 'The project was changed.', { onDone: onClose, showsError: true });
  };
  const unchanged = change === undefined || Object.keys(change).length === 0;
  return (
    <Dialog
      title={`Edit “${project.name}”`}
      onClose={onClose}
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button look="primary" type="submit" form={formId} disabled={update.isPending || unchanged}>
            Save
          </Button>
        </>
      }
    >
      <form id={formId} onSubmit={submit} noValidate className="flex flex-col gap-4">
        {update.error !== null && !isAtFields(update.error, ['name']) && <ErrorNotice error={update.error} />}
        <Fields
          project={project}
          draft={draft}
          onChange={(fields) => setDraft({ ...draft, ...fields })}
          nameProblem={problemOf(update.error, 'name')}
        />
      </form>
    </Dialog>
  );
}

interface FieldsProps {
  project: Project;
  draft: ProjectDraft;
  onChange: (fields: Partial<ProjectDraft>) => void;
  nameProblem: string | undefined;
}

function Fields({ project, draft, onChange, nameProblem }: FieldsProps) {
  const problem = draft.name.trim() === '' ? 'is needed' : nameProblem;
  return (
    <>
      <TextField
        label="Name"
        value={draft.name}
        onChange={(event) => onChange({ name: event.target.value })}
        error={problem === undefined ? undefined : `The name ${problem}.`}
        autoComplete="off"
      />
      <DefaultTarget project={project} value={draft.target} onChange={(target) => onChange({ target })} />
      <BudgetFields
        legend="Budget of a day (UTC)"
        texts={draft.dailyBudget}
        onChange={(dailyBudget) => onChange({ dailyBudget })}
      />
      <BudgetFields
        legend="Budget of all its runs"
        texts={draft.budget}
        onChange={(budget) => onChange({ budget })}
      />
      <p className="-mt-2 text-sm text-muted">
        A run that reaches a bound is parked: it goes on when the budget is raised, or on the next day.
      </p>
      <label className="flex items-center gap-2 text-sm">
        <input
          type="checkbox"
          checked={draft.autoResume}
          onChange={(event) => onChange({ autoResume: event.target.checked })}
        />
        Parked runs go on by themselves, once that makes sense
      </label>
      <SelectField
        label="Runs that a crash of the server interrupts"
        value={draft.onRestart}
        onChange={(event) => onChange({ onRestart: event.target.value === 'continue' ? 'continue' : 'fail' })}
      >
        <option value="fail">Fail, and wait for somebody to send them again</option>
        <option value="continue">Go on: the agent is told what happened</option>
      </SelectField>
    </>
  );
}
