import type { Session } from 'quarterdeck/client';
import { useDeleteSession } from '../../data/sessions';
import { counted } from '../../parts/amounts';
import { Button } from '../../parts/button';
import { Dialog } from '../../parts/dialog';
import { ErrorNotice } from '../../parts/notices';
import { useToasts } from '../../parts/toasts';

interface DeleteSessionProps {
  session: Session;
  onClose: () => void;
  onDeleted?: (() => void) | undefined;
}

/** Asks before what cannot be undone. */
export function DeleteSession({ session, onClose, onDeleted }: DeleteSessionProps) {
  const toasts = useToasts();
  const remove = useDeleteSession(session.sessionId);
  const leave = () => {
    onClose();
    onDeleted?.();
  };
  const confirm = () =>
    toasts.follow(remove.mutateAsync(), `“${session.name}” is deleted.`, { onDone: leave, showsError: true });
  return (
    <Dialog
      title="Delete the session?"
      onClose={onClose}
      footer={
        <>
          <Button onClick={onClose}>Keep it</Button>
          <Button look="danger" onClick={confirm} disabled={remove.isPending}>
            Delete for good
          </Button>
        </>
      }
    >
      <p>
        “{session.name}” goes with its runs, its {counted(session.headSeq, 'event')} and what its agent keeps
        of it. Files in the project stay as they are.
      </p>
      <p className="text-sm text-muted">
        This cannot be undone. To only have it out of sight, archive it instead.
      </p>
      {remove.error !== null && <ErrorNotice error={remove.error} />}
    </Dialog>
  );
}
