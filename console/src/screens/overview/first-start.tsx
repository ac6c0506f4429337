/** Before the first session: one that starts at once, and the ways to more. */
import { Link, useNavigate } from '@tanstack/react-router';
import { Play } from 'lucide-react';
import { type ReactNode, useId } from 'react';
import { useNewSession } from '../../app/new-session/new-session';
import { useProjects } from '../../data/projects';
import { useStartSession } from '../../data/sessions';
import { Button } from '../../parts/button';
import { CopyCommand } from '../../parts/copy-command';
import { ErrorNotice } from '../../parts/notices';

/** The project that a first start brings, and what its agent can do without a key. */
const demo = {
  projectId: 'rex',
  examples: ['What is 2+2?', 'Count slowly to 10', 'What can you do?'],
};

export function FirstStart() {
  const titleId = useId();
  const { data: projects } = useProjects();
  const hasDemo = projects?.some(({ projectId }) => projectId === demo.projectId);
  return (
    <section
      aria-labelledby={titleId}
      className="flex flex-col gap-6 rounded-lg border border-line bg-panel p-5 sm:p-8"
    >
      <div className="flex flex-col gap-2">
        <h2 id={titleId} className="text-lg font-semibold">
          Welcome aboard
        </h2>
        <p className="max-w-prose text-sm text-muted">
          A session is a conversation with an agent that works in a project. What you ask is queued, runs
          through to its end even when you leave, and is kept with all that the agent did.
        </p>
      </div>
      {hasDemo === true && <Examples />}
      <Next />
    </section>
  );
}

function Examples() {
  const navigate = useNavigate();
  const start = useStartSession();
  const ask = async (prompt: string) => {
    // With its first session the first start is over, and this gone. What goes wrong stands below.
    const session = { projectId: demo.projectId, name: prompt, prompt };
    const sessionId = await start.mutateAsync(session).catch(() => undefined);
    if (sessionId !== undefined) void navigate({ to: '/sessions/$sessionId', params: { sessionId } });
  };
  return (
    <Step title="Ask the built-in agent">
      <p className="text-sm text-muted">
        It works in the demo project <strong className="font-medium text-ink">rex</strong>, offline and
        without a key. One click starts a session:
      </p>
      <div className="flex flex-wrap gap-2">
        {demo.examples.map((prompt, index) => (
          <Button
            key={prompt}
            look={index === 0 ? 'primary' : 'plain'}
            icon={<Play size={14} aria-hidden />}
            disabled={start.isPending || start.isSuccess}
            onClick={() => void ask(prompt)}
          >
            {prompt}
          </Button>
        ))}
      </div>
      {start.error !== null && <ErrorNotice error={start.error} />}
      <p className="text-sm text-muted">The same from a terminal:</p>
      <CopyCommand
        command={`npx quarterdeck run --project ${demo.projectId} --follow "${demo.examples[0]}"`}
      />
    </Step>
  );
}

function Next() {
  const openNew = useNewSession();
  return (
    <Step title="Work on something of your own">
      <p className="text-sm text-muted">
        Add a folder as a{' '}
        <Link to="/projects" className="text-accent underline">
          project
        </Link>
        , see which{' '}
        <Link to="/projects" search={{ show: 'agents' }} className="text-accent underline">
          agents
        </Link>{' '}
        are installed, and open a session with one of them.
      </p>
      <div>
        <Button onClick={() => openNew()}>New session …</Button>
      </div>
    </Step>
  );
}

function Step({ title, children }: { title: string; children: ReactNode }) {
  return (
    <div className="flex flex-col gap-3 border-t border-line pt-5">
      <h3 className="text-sm font-semibold">{title}</h3>
      {children}
    </div>
  );
}
