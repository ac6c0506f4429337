/** What can be done with a session as a whole, in the list and on its own screen. */
import { Archive, ArchiveRestore, Download, Ellipsis, GitFork, Pencil, Trash2 } from 'lucide-react';
import type { Session } from 'quarterdeck/client';
import { useExportSession, useFork, useUpdateSession } from '../../data/session';
import { Menu, MenuItem } from '../../parts/menu';
import { useToasts } from '../../parts/toasts';
import { useFollowFork } from '../use-follow-fork';
import type { AskedDialog } from './session-dialog';

interface SessionMenuProps {
  session: Session;
  /** Whoever shows the menu shows the dialog as well: it outlives a row that leaves its list. */
  onAsk: (asked: AskedDialog) => void;
}

export function SessionMenu({ session, onAsk }: SessionMenuProps) {
  const archived = session.status === 'archived';
  const fork = useForkAfterLast(session);
  const save = useSaveExport(session);
  const archive = useArchive(session);
  return (
    <Menu label={`Actions for ${session.name}`} icon={<Ellipsis size={18} aria-hidden />}>
      <MenuItem icon={<Pencil size={16} aria-hidden />} onSelect={() => onAsk({ action: 'rename', session })}>
        Rename …
      </MenuItem>
      <MenuItem
        icon={archived ? <ArchiveRestore size={16} aria-hidden /> : <Archive size={16} aria-hidden />}
        onSelect={archive}
      >
        {archived ? 'Take out of the archive' : 'Archive'}
      </MenuItem>
      <MenuItem icon={<GitFork size={16} aria-hidden />} onSelect={fork}>
        Fork after the last run
      </MenuItem>
      <MenuItem icon={<Download size={16} aria-hidden />} onSelect={save}>
        Export as a file
      </MenuItem>
      <MenuItem
        look="danger"
        icon={<Trash2 size={16} aria-hidden />}
        onSelect={() => onAsk({ action: 'delete', session })}
      >
        Delete …
      </MenuItem>
    </Menu>
  );
}

function useArchive({ sessionId, status, name }: Session): () => void {
  const toasts = useToasts();
  const { mutateAsync } = useUpdateSession(sessionId);
  const archived = status === 'archived';
  const words = archived ? `“${name}” is back.` : `“${name}” is archived.`;
  return () => toasts.follow(mutateAsync({ archived: !archived }), words);
}

function useForkAfterLast({ sessionId }: Session): () => void {
  const follow = useFollowFork();
  const { mutateAsync } = useFork(sessionId);
  return () => follow(mutateAsync(undefined));
}

/** Hands the file to the browser, which asks the person where to. */
function useSaveExport({ sessionId }: Session): () => void {
  const toasts = useToasts();
  const { mutateAsync } = useExportSession(sessionId);
  const save = (file: Blob) => {
    const link = document.createElement('a');
    link.href = URL.createObjectURL(file);
    link.download = `${sessionId}.jsonl`;
    link.click();
    URL.revokeObjectURL(link.href);
  };
  return () => void mutateAsync().then(save, toasts.failed);
}
