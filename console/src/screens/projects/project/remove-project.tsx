import { useNavigate } from '@tanstack/react-router';
import type { Project } from 'quarterdeck/client';
import { type FormEvent, useId, useState } from 'react';
import { useDeleteProject } from '../../../data/projects';
import { useUsage } from '../../../data/usage';
import { counted } from '../../../parts/amounts';
import { Button } from '../../../parts/button';
import { Dialog } from '../../../parts/dialog';
import { TextField } from '../../../parts/field';
import { ErrorNotice } from '../../../parts/notices';
import { useToasts } from '../../../parts/toasts';

/** Asks for the id, because nothing brings back what goes. */
export function RemoveProject({ project, onClose }: { project: Project; onClose: () => void }) {
  const { projectId, name, root } = project;
  const formId = useId();
  const navigate = useNavigate();
  const toasts = useToasts();
  const remove = useDeleteProject();
  const [typed, setTyped] = useState('');
  const certain = typed.trim() === projectId;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!certain) return;
    toasts.follow(remove.mutateAsync(projectId), `“${name}” was removed.`, {
      onDone: () => void navigate({ to: '/projects', search: {} }),
      showsError: true,
    });
  };
  return (
    <Dialog
      title={`Remove “${name}”?`}
      onClose={onClose}
      footer={
        <>
          <Button onClick={onClose}>Keep it</Button>
          <Button look="danger" type="submit" form={formId} disabled={!certain || remove.isPending}>
            Remove for good
          </Button>
        </>
      }
    >
      <form id={formId} onSubmit={submit} className="flex flex-col gap-4">
        {remove.error !== null && <ErrorNotice error={remove.error} />}
        <Loss projectId={projectId} />
        <p className="text-sm text-muted">
          The folder <code className="font-mono break-all">{root}</code> and all that is in it stay.
        </p>
        <TextField
          label={`Type “${projectId}” to remove it`}
          value={typed}
          onChange={(event) => setTyped(event.target.value)}
          className="font-mono"
          autoComplete="off"
          spellCheck={false}
        />
      </form>
    </Dialog>
  );
}

function Loss({ projectId }: { projectId: string }) {
  const { data } = useUsage({ by: 'project', projectId });
  const runs = data?.total.runs;
  return (
    <p className="text-sm">
      Its sessions, their runs and their logs are deleted
      {runs === undefined ? '' : `: ${counted(runs, 'run')} so far`}. This cannot be undone.
    </p>
  );
}
