/** Project, target, prompt and name of a new session; it leads to the session. */
import { Link, useNavigate } from '@tanstack/react-router';
import type { Project } from 'quarterdeck/client';
import { type FormEvent, useId, useState } from 'react';
import { useProjects } from '../../data/projects';
import { useStartSession } from '../../data/sessions';
import { Button } from '../../parts/button';
import { Dialog } from '../../parts/dialog';
import { SelectField, TextArea, TextField } from '../../parts/field';
import { Kbd } from '../../parts/kbd';
import { EmptyState, ErrorNotice, Loading } from '../../parts/notices';
import { keepPromptDraft, keepUsedProject, readPromptDraft, readUsedProject } from './kept';
import { TargetField } from './target-field';

export interface Wishes {
  projectId?: string | undefined;
  prompt?: string;
}

interface NewSessionDialogProps {
  wishes: Wishes;
  onClose: () => void;
}

/** As the server has it. */
const nameCharsMax = 200;

export function NewSessionDialog({ wishes, onClose }: NewSessionDialogProps) {
  const { data: projects, error, refetch } = useProjects();
  if (projects !== undefined && projects.length > 0)
    return <NewSessionForm projects={projects} wishes={wishes} onClose={onClose} />;
  return (
    <Dialog title="New session" onClose={onClose}>
      {error !== null && <ErrorNotice error={error} onRetry={() => void refetch()} />}
      {error === null && projects === undefined && <Loading what="the projects" />}
      {projects !== undefined && (
        <EmptyState
          title="There is no project yet"
          action={
            <Link to="/projects" onClick={onClose} className="text-accent underline">
              Add a project
            </Link>
          }
        >
          <p>A project is a folder on the server that agents work in. A session needs one.</p>
        </EmptyState>
      )}
    </Dialog>
  );
}

function NewSessionForm({ projects, wishes, onClose }: NewSessionDialogProps & { projects: Project[] }) {
  const formId = useId();
  const navigate = useNavigate();
  const start = useStartSession();
  const [projectId, setProjectId] = useState(() => firstChoice(projects, wishes));
  const [target, setTarget] = useState('');
  const [prompt, setPrompt] = useState(() => wishes.prompt ?? readPromptDraft());
  const [name, setName] = useState('');
  const changePrompt = (text: string) => {
    setPrompt(text);
    keepPromptDraft(text);
  };
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const session = {
      projectId,
      aspTargetName: target || undefined,
      name: name.trim() || undefined,
      prompt: prompt.trim() === '' ? undefined : prompt,
    };
    // What goes wrong stands in the dialog, which stays open with all that was written.
    const sessionId = await start.mutateAsync(session).catch(() => undefined);
    if (sessionId === undefined) return;
    keepUsedProject(projectId);
    keepPromptDraft('');
    onClose();
    void navigate({ to: '/sessions/$sessionId', params: { sessionId } });
  };
  return (
    <Dialog
      title="New session"
      onClose={onClose}
      footer={
        <>
          <span className="mr-auto hidden items-center gap-2 text-xs text-muted sm:flex">
            <Kbd keys="Ctrl Enter" /> starts it
          </span>
          <Button onClick={onClose}>Cancel</Button>
          <Button look="primary" type="submit" form={formId} disabled={start.isPending}>
            {prompt.trim() === '' ? 'Open without a prompt' : 'Start the session'}
          </Button>
        </>
      }
    >
      <form id={formId} onSubmit={(event) => void submit(event)} className="flex flex-col gap-4">
        <TextArea
          label="Prompt"
          rows={5}
          autoFocus
          value={prompt}
          onChange={(event) => changePrompt(event.target.value)}
          onKeyDown={(event) => {
            if (event.key === 'Enter' && (event.ctrlKey || event.metaKey))
              event.currentTarget.form?.requestSubmit();
          }}
          placeholder="What should the agent do?"
        />
        <div className="grid gap-4 sm:grid-cols-2">
          <SelectField
            label="Project"
            value={projectId}
            onChange={(event) => {
              setProjectId(event.target.value);
              setTarget('');
            }}
          >
            {projects.map((project) => (
              <option key={project.projectId} value={project.projectId}>
                {project.name}
              </option>
            ))}
          </SelectField>
          <TargetField projectId={projectId} value={target} onChange={setTarget} />
        </div>
        <TextField
          label="Name"
          value={name}
          maxLength={nameCharsMax}
          onChange={(event) => setName(event.target.value)}
          hint="May stay empty: then it is called after its target and the time."
        />
        {start.error !== null && <ErrorNotice error={start.error} />}
      </form>
    </Dialog>
  );
}

function firstChoice(projects: readonly Project[], wishes: Wishes): string {
  const wanted = [wishes.projectId, readUsedProject()];
  const known = wanted.find((id) => projects.some(({ projectId }) => projectId === id));
  return known ?? projects[0]?.projectId ?? '';
}
