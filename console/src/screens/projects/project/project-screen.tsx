import { Link } from '@tanstack/react-router';
import { ChevronLeft, Pencil, Trash2 } from 'lucide-react';
import { ApiError, type Project } from 'quarterdeck/client';
import { useState } from 'react';
import { useShortcut } from '../../../app/shortcuts';
import { useProject } from '../../../data/projects';
import { Button } from '../../../parts/button';
import { EmptyState, ErrorNotice, Loading } from '../../../parts/notices';
import { Page } from '../../../parts/page';
import { Targets } from '../targets/targets';
import { EditProject } from './edit-project';
import { Facts } from './facts';
import { RemoveProject } from './remove-project';

/** One project: what it is, and every way to work in it. */
export function ProjectScreen({ projectId }: { projectId: string }) {
  const { data: project, error, refetch } = useProject(projectId);
  const gone = error instanceof ApiError && error.code === 'project_not_found';
  if (project !== undefined && !gone) return <KnownProject project={project} />;
  return (
    <Page title="Project">
      <BackLink />
      {error === null && <Loading what="the project" />}
      {gone && (
        <EmptyState title={`There is no project “${projectId}”`}>
          <p>It was removed, or the address is mistyped.</p>
        </EmptyState>
      )}
      {error !== null && !gone && <ErrorNotice error={error} onRetry={() => void refetch()} />}
    </Page>
  );
}

function KnownProject({ project }: { project: Project }) {
  const [open, setOpen] = useState<'edit' | 'remove'>();
  const close = () => setOpen(undefined);
  useShortcut('e', 'Edit the project', () => setOpen('edit'));
  const actions = (
    <>
      <Button icon={<Pencil size={15} aria-hidden />} onClick={() => setOpen('edit')}>
        Edit
      </Button>
      <Button look="danger" icon={<Trash2 size={15} aria-hidden />} onClick={() => setOpen('remove')}>
        Remove
      </Button>
    </>
  );
  return (
    <Page title={project.name} actions={actions}>
      <BackLink />
      <Facts project={project} />
      <Targets project={project} />
      {open === 'edit' && <EditProject project={project} onClose={close} />}
      {open === 'remove' && <RemoveProject project={project} onClose={close} />}
    </Page>
  );
}

function BackLink() {
  return (
    <Link
      to="/projects"
      search={{}}
      className="-mt-4 inline-flex items-center gap-1 self-start text-sm font-medium text-accent hover:underline"
    >
      <ChevronLeft size={16} aria-hidden /> All projects
    </Link>
  );
}
