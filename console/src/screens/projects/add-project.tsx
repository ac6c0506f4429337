import { useNavigate } from '@tanstack/react-router';
import { ApiError } from 'quarterdeck/client';
import { type FormEvent, useId, useState } from 'react';
import { isAtFields, problemOf } from '../../data/problems';
import { useCreateProject } from '../../data/projects';
import { Button } from '../../parts/button';
import { Dialog } from '../../parts/dialog';
import { TextField } from '../../parts/field';
import { ErrorNotice } from '../../parts/notices';
import { useToasts } from '../../parts/toasts';

export function AddProject({ onClose }: { onClose: () => void }) {
  const formId = useId();
  const navigate = useNavigate();
  const toasts = useToasts();
  const create = useCreateProject();
  const [root, setRoot] = useState('');
  const [name, setName] = useState('');
  const [projectId, setProjectId] = useState('');
  const [rootMissing, setRootMissing] = useState(false);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setRootMissing(root.trim() === '');
    if (root.trim() === '') return;
    create.mutate(
      { root: root.trim(), ...filled({ name, projectId }) },
      {
        onSuccess: (project) => {
          toasts.done(`“${project.name}” is a project now.`);
          onClose();
          void navigate({ to: '/projects/$projectId', params: { projectId: project.projectId } });
        },
      },
    );
  };
  const idTaken = create.error instanceof ApiError && create.error.code === 'project_exists';
  const told = idTaken || isAtFields(create.error, ['root', 'name', 'projectId']);
  return (
    <Dialog
      title="Add a project"
      onClose={onClose}
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button look="primary" type="submit" form={formId} disabled={create.isPending}>
            Add the project
          </Button>
        </>
      }
    >
      <form id={formId} onSubmit={submit} noValidate className="flex flex-col gap-4">
        {create.error !== null && !told && <ErrorNotice error={create.error} />}
        <TextField
          label="Folder"
          value={root}
          onChange={(event) => setRoot(event.target.value)}
          error={rootMissing ? 'Say which folder it is.' : fieldError(create.error, 'root', 'The folder')}
          hint="Its whole path on the machine of the server. Nothing in it is changed."
          placeholder="/home/me/project"
          className="font-mono"
          spellCheck={false}
          autoComplete="off"
        />
        <TextField
          label="Name"
          value={name}
          onChange={(event) => setName(event.target.value)}
          error={fieldError(create.error, 'name', 'The name')}
          hint="For people. Without one it is that of the folder."
          autoComplete="off"
        />
        <TextField
          label="Id"
          value={projectId}
          onChange={(event) => setProjectId(event.target.value)}
          error={
            idTaken
              ? `${create.error?.message} Choose another id.`
              : fieldError(create.error, 'projectId', 'The id')
          }
          hint="For the API and the command line; it stays for good. Without one it is made of the name."
          className="font-mono"
          spellCheck={false}
          autoComplete="off"
        />
      </form>
    </Dialog>
  );
}

function filled(fields: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(fields).flatMap(([key, value]) => (value.trim() === '' ? [] : [[key, value.trim()]])),
  );
}

function fieldError(error: unknown, path: string, what: string): string | undefined {
  const problem = problemOf(error, path);
  return problem === undefined ? undefined : `${what} ${problem}.`;
}
