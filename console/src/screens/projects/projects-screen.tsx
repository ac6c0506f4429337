import { Link } from '@tanstack/react-router';
import { FolderGit2, Plus } from 'lucide-react';
import type { Project } from 'quarterdeck/client';
import { useState } from 'react';
import { useShortcut } from '../../app/shortcuts';
import { useProjects } from '../../data/projects';
import { Button } from '../../parts/button';
import { CopyCommand } from '../../parts/copy-command';
import { TextField } from '../../parts/field';
import { EmptyState, ErrorNotice, Loading } from '../../parts/notices';
import { Page } from '../../parts/page';
import { AddProject } from './add-project';
import { Tabs } from './tabs';
import { TargetSummary } from './target-summary';

/** Each row asks what the targets of its project come to, so there are never very many. */
const rowsAtOnce = 25;
/** A filter for fewer would be in the way. */
const filteredRowsMin = 9;

export function ProjectsScreen() {
  const { data: projects, error, refetch } = useProjects();
  const [adding, setAdding] = useState(false);
  useShortcut('n', 'Add a project', () => setAdding(true));
  const add = (
    <Button look="primary" icon={<Plus size={16} aria-hidden />} onClick={() => setAdding(true)}>
      Add a project
    </Button>
  );
  return (
    <Page title="Projects" actions={add}>
      <Tabs />
      {error !== null && <ErrorNotice error={error} onRetry={() => void refetch()} />}
      {projects === undefined && error === null && <Loading what="the projects" />}
      {projects?.length === 0 && <NoProjects />}
      {projects !== undefined && projects.length > 0 && <ProjectList projects={projects} />}
      {adding && <AddProject onClose={() => setAdding(false)} />}
    </Page>
  );
}

function NoProjects() {
  return (
    <EmptyState title="There is no project yet">
      <p>A project is a folder that agents work in. Add one here, or from a terminal in that folder:</p>
      <CopyCommand command="npx quarterdeck projects add ." />
    </EmptyState>
  );
}

function ProjectList({ projects }: { projects: readonly Project[] }) {
  const [words, setWords] = useState('');
  const [rows, setRows] = useState(rowsAtOnce);
  const wanted = words.trim().toLowerCase();
  const found = projects.filter(({ projectId, name, root }) =>
    [projectId, name, root].some((text) => text.toLowerCase().includes(wanted)),
  );
  return (
    <>
      {projects.length >= filteredRowsMin && (
        <TextField
          label="Find a project"
          type="search"
          value={words}
          placeholder="Name, id or folder"
          className="max-w-sm"
          onChange={(event) => setWords(event.target.value)}
        />
      )}
      {found.length === 0 && <p className="text-sm text-muted">No project has “{words.trim()}” in it.</p>}
      <ul aria-label="Projects" className="flex flex-col gap-2">
        {found.slice(0, rows).map((project) => (
          <ProjectRow key={project.projectId} project={project} />
        ))}
      </ul>
      {found.length > rows && (
        <Button className="self-start" onClick={() => setRows(rows + rowsAtOnce)}>
          Show more ({found.length - rows})
        </Button>
      )}
    </>
  );
}

function ProjectRow({ project: { projectId, name, root } }: { project: Project }) {
  return (
    <li className="relative flex items-center gap-4 rounded-lg border border-line bg-panel px-4 py-3 hover:border-line-strong">
      <FolderGit2 size={20} aria-hidden className="shrink-0 text-muted max-sm:hidden" />
      <div className="flex min-w-0 flex-1 flex-col gap-1">
        <p className="flex flex-wrap items-baseline gap-x-2">
          <Link
            to="/projects/$projectId"
            params={{ projectId }}
            className="font-semibold after:absolute after:inset-0 after:rounded-lg focus-visible:outline-none focus-visible:after:outline-2 focus-visible:after:outline-accent"
          >
            {name}
          </Link>
          {name !== projectId && <span className="font-mono text-xs text-muted">{projectId}</span>}
        </p>
        <p className="truncate font-mono text-xs text-muted" title={root}>
          {root}
        </p>
        <div className="sm:hidden">
          <TargetSummary projectId={projectId} />
        </div>
      </div>
      <div className="max-sm:hidden">
        <TargetSummary projectId={projectId} />
      </div>
    </li>
  );
}
