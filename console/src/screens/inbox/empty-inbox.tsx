import { Play } from 'lucide-react';
import { useProjects } from '../../data/projects';
import { useStartSession } from '../../data/sessions';
import { Button } from '../../parts/button';
import { CopyCommand } from '../../parts/copy-command';
import { EmptyState } from '../../parts/notices';
import { useToasts } from '../../parts/toasts';

/** The project that a first start brings, and a prompt whose script has its agent ask. */
const demo = {
  projectId: 'rex',
  name: 'An agent that asks',
  prompt: '{"script": [{"ask": {"toolName": "Bash", "toolInput": {"command": "ls"}}}]}',
};

export function EmptyInbox() {
  const { data: projects } = useProjects();
  const hasDemo = projects?.some(({ projectId }) => projectId === demo.projectId);
  return (
    <EmptyState title="Nothing waits for you">
      <p>
        When an agent asks before it uses a tool, the question comes here, of whatever session it is, and
        stays until somebody answers. What is asked is up to the target:{' '}
        <code className="font-mono">permissions</code> in its project’s{' '}
        <code className="font-mono">asp-targets.toml</code>. Runs that are parked, at a budget or a usage
        limit, come here as well.
      </p>
      {hasDemo === true && <TryOut />}
    </EmptyState>
  );
}

function TryOut() {
  const toasts = useToasts();
  const start = useStartSession();
  return (
    <>
      <p>To see one now, have the built-in agent ask, here or from a terminal:</p>
      <Button
        className="self-start"
        icon={<Play size={14} aria-hidden />}
        disabled={start.isPending || start.isSuccess}
        onClick={() => start.mutate(demo, { onError: toasts.failed })}
      >
        Have it ask
      </Button>
      <CopyCommand command={`npx quarterdeck run --project ${demo.projectId} '${demo.prompt}'`} />
    </>
  );
}
