import { RefreshCw } from 'lucide-react';
import type { Project, TargetList } from 'quarterdeck/client';
import { useTargets } from '../../../data/projects';
import { Button } from '../../../parts/button';
import { EmptyState, Loading, wordsOf } from '../../../parts/notices';
import { Panel } from '../../../parts/panel';
import { Problem, Warnings } from './problems';
import { Target } from './target';

/** Every way to work in a project, as it comes out of its files at the moment. */
export function Targets({ project }: { project: Project }) {
  const { data, error, refetch, isFetching } = useTargets(project.projectId);
  return (
    <Panel
      title="Targets"
      about={
        <>
          A target says which agent works here, with what. They are in{' '}
          <code className="font-mono">asp-targets.toml</code> of the folder, and changes count from the next
          conversation on.
        </>
      }
      actions={
        <Button
          icon={<RefreshCw size={15} aria-hidden />}
          disabled={isFetching}
          onClick={() => void refetch()}
        >
          Read again
        </Button>
      }
    >
      {error !== null && <Problem title="The targets cannot be read" words={wordsOf(error)} />}
      {data === undefined && error === null && <Loading what="the targets" />}
      {data !== undefined && error === null && <List list={data} />}
    </Panel>
  );
}

function List({ list: { targets, warnings, defaultTarget } }: { list: TargetList }) {
  return (
    <>
      <Warnings warnings={warnings} />
      {targets.length === 0 && <NoTargets />}
      <ul className="flex flex-col gap-2">
        {targets.map((target) => (
          <Target key={target.name} target={target} isDefault={target.name === defaultTarget} />
        ))}
      </ul>
    </>
  );
}

const example = `schema = 1

[targets.reviewer]
description = "Reads, and changes nothing"
harness = "claude"
permissions = { mode = "ask" }`;

function NoTargets() {
  return (
    <EmptyState title="There is no asp-targets.toml here">
      <p>The built-in agent works without one. To have others, write the file into the folder, such as:</p>
      <pre
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard.
        tabIndex={0}
        className="overflow-x-auto rounded-md border border-line bg-sunken p-3 font-mono text-xs text-ink"
      >
        {example}
      </pre>
    </EmptyState>
  );
}
