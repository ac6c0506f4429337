import { Link } from '@tanstack/react-router';
import { ChevronLeft, Pencil, Trash2 } from 'lucide-react';
import { ApiError, type Project } from 'quarterdeck/client';
import { type ReactNode, useState } from 'react';
import { useShortcut } from '../../../app/shortcuts';
import { useProject, useTargets } from '../../../data/projects';
import { Button } from '../../../parts/button';
import { classes } from '../../../parts/classes';
import { EmptyState, ErrorNotice, Loading } from '../../../parts/notices';
import { Page } from '../../../parts/page';
import { TimeAgo } from '../../../parts/time-ago';
import { Targets } from '../targets/targets';
import { EditProject } from './edit-project';
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

function Facts({ project: { projectId, root, defaultTarget, createdAt } }: { project: Project }) {
  const { data: list } = useTargets(projectId);
  return (
    <dl className="grid gap-x-8 gap-y-3 text-sm sm:grid-cols-[auto_auto_1fr]">
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
      <Fact name="Folder" wide>
        <code className="font-mono break-all">{root}</code>
      </Fact>
    </dl>
  );
}

function Fact({ name, wide = false, children }: { name: string; wide?: boolean; children: ReactNode }) {
  return (
    <div className={classes('flex min-w-0 flex-col gap-0.5', wide && 'sm:col-span-3')}>
      <dt className="text-xs text-muted">{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}
