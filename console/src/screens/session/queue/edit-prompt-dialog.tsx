import { type FormEvent, useState } from 'react';
import { useEditQueue, useQueuedPrompt } from '../../../data/session-queue';
import { Button } from '../../../parts/button';
import { Dialog } from '../../../parts/dialog';
import { TextArea } from '../../../parts/field';
import { ErrorNotice, Loading, wordsOf } from '../../../parts/notices';

interface EditPromptDialogProps {
  sessionId: string;
  runId: string;
  onClose: () => void;
}

/** Rewords a run that waits. */
export function EditPromptDialog(props: EditPromptDialogProps) {
  const { data: prompt, error } = useQueuedPrompt(props.runId);
  return (
    <Dialog title="Edit the prompt" onClose={props.onClose}>
      {error !== null && <ErrorNotice error={error} />}
      {prompt === undefined ? (
        error === null && <Loading what="the prompt" />
      ) : (
        <Editor {...props} prompt={prompt} />
      )}
    </Dialog>
  );
}

function Editor({ sessionId, runId, prompt, onClose }: EditPromptDialogProps & { prompt: string }) {
  const [text, setText] = useState(prompt);
  const { mutate, isPending, error } = useEditQueue(sessionId);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (text.trim() !== '') mutate({ act: 'edit', runId, prompt: text }, { onSuccess: onClose });
  };
  return (
    <form onSubmit={submit} className="flex flex-col gap-4">
      <TextArea
        label="Prompt"
        rows={8}
        value={text}
        onChange={(event) => setText(event.target.value)}
        error={error === null ? undefined : wordsOf(error)}
        autoFocus
      />
      <div className="flex justify-end gap-2">
        <Button onClick={onClose}>Back</Button>
        <Button look="primary" type="submit" disabled={isPending || text.trim() === ''}>
          Keep
        </Button>
      </div>
    </form>
  );
}
