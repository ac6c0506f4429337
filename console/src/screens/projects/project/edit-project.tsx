import type { Project } from 'quarterdeck/client';
import { type FormEvent, useId, useState } from 'react';
import { isAtFields, problemOf } from '../../../data/problems';
import { type ProjectChange, useTargets, useUpdateProject } from '../../../data/projects';
import { Button } from '../../../parts/button';
import { Dialog } from '../../../parts/dialog';
import { SelectField, TextField } from '../../../parts/field';
import { ErrorNotice } from '../../../parts/notices';
import { useToasts } from '../../../parts/toasts';

export function EditProject({ project, onClose }: { project: Project; onClose: () => void }) {
  const formId = useId();
  const toasts = useToasts();
  const update = useUpdateProject(project.projectId);
  const [name, setName] = useState(project.name);
  const [target, setTarget] = useState(project.defaultTarget ?? '');
  const change = changeOf(project, { name: name.trim(), target });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    update.mutate(change, {
      onSuccess: () => {
        toasts.done('The project was changed.');
        onClose();
      },
    });
  };
  const nameProblem = name.trim() === '' ? 'is needed' : problemOf(update.error, 'name');
  return (
    <Dialog
      title={`Edit “${project.name}”`}
      onClose={onClose}
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button
            look="primary"
            type="submit"
            form={formId}
            disabled={update.isPending || name.trim() === '' || Object.keys(change).length === 0}
          >
            Save
          </Button>
        </>
      }
    >
      <form id={formId} onSubmit={submit} noValidate className="flex flex-col gap-4">
        {update.error !== null && !isAtFields(update.error, ['name']) && <ErrorNotice error={update.error} />}
        <TextField
          label="Name"
          value={name}
          onChange={(event) => setName(event.target.value)}
          error={nameProblem === undefined ? undefined : `The name ${nameProblem}.`}
          autoComplete="off"
        />
        <DefaultTarget project={project} value={target} onChange={setTarget} />
      </form>
    </Dialog>
  );
}

interface DefaultTargetProps {
  project: Project;
  /** Empty: none. */
  value: string;
  onChange: (target: string) => void;
}

function DefaultTarget({ project, value, onChange }: DefaultTargetProps) {
  const { data, error } = useTargets(project.projectId);
  const targets = data?.targets ?? [];
  const known = new Set(['', 'builtin', ...targets.map(({ name }) => name)]);
  return (
    <SelectField
      label="Default target"
      value={value}
      onChange={(event) => onChange(event.target.value)}
      hint={
        error === null
          ? 'For new sessions that name none. Without one it is the target “default” of the file, else the built-in agent.'
          : 'The targets of this project cannot be read at the moment; its page says why.'
      }
    >
      <option value="">None</option>
      {!known.has(value) && <option value={value}>{value} (not in the file)</option>}
      {targets.map(({ name, error: broken }) => (
        <option key={name} value={name} disabled={broken !== undefined && name !== value}>
          {broken === undefined ? name : `${name} (broken)`}
        </option>
      ))}
      <option value="builtin">builtin (the built-in agent)</option>
    </SelectField>
  );
}

/** What is not changed is not sent, so that two people can change different things at once. */
function changeOf(project: Project, { name, target }: { name: string; target: string }): ProjectChange {
  return {
    ...(name !== project.name && { name }),
    ...(target !== (project.defaultTarget ?? '') && { defaultTarget: target === '' ? null : target }),
  };
}
