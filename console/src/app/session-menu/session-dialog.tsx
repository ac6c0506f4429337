import type { Session } from 'quarterdeck/client';
import { DeleteSession } from './delete-session';
import { RenameSession } from './rename-session';

/** The dialog of a menu of a session that was asked for. */
export interface AskedDialog {
  action: 'rename' | 'delete';
  session: Session;
}

interface SessionDialogProps {
  asked: AskedDialog | undefined;
  onClose: () => void;
  onDeleted?: () => void;
}

export function SessionDialog({ asked, onClose, onDeleted }: SessionDialogProps) {
  if (asked === undefined) return null;
  return asked.action === 'rename' ? (
    <RenameSession session={asked.session} onClose={onClose} />
  ) : (
    <DeleteSession session={asked.session} onClose={onClose} onDeleted={onDeleted} />
  );
}
