import { useNavigate } from '@tanstack/react-router';
import { Archive, ArchiveRestore, Download, GitFork, Pencil } from 'lucide-react';
import type { Session } from 'quarterdeck/client';
import { useState } from 'react';
import { useExportSession, useFork, useUpdateSession } from '../../../data/session';
import { IconButton } from '../../../parts/button';
import { useToasts } from '../../../parts/toasts';
import { RenameDialog } from './rename-dialog';

export function SessionActions({ session }: { session: Session }) {
  const { sessionId, status } = session;
  const [renaming, setRenaming] = useState(false);
  const toasts = useToasts();
  const update = useUpdateSession(sessionId);
  const archived = status === 'archived';
  const archive = () =>
    update.mutate(
      { archived: !archived },
      {
        onSuccess: () => toasts.done(archived ? 'Taken out of the archive' : 'Archived'),
        onError: toasts.failed,
      },
    );
  return (
    <div className="flex shrink-0">
      <IconButton label="Rename" onClick={() => setRenaming(true)}>
        <Pencil size={16} aria-hidden />
      </IconButton>
      <ForkButton sessionId={sessionId} />
      <ExportButton session={session} />
      <IconButton
        label={archived ? 'Take out of the archive' : 'Archive'}
        disabled={update.isPending}
        onClick={archive}
      >
        {archived ? <ArchiveRestore size={16} aria-hidden /> : <Archive size={16} aria-hidden />}
      </IconButton>
      {renaming && <RenameDialog session={session} onClose={() => setRenaming(false)} />}
    </div>
  );
}

function ForkButton({ sessionId }: { sessionId: string }) {
  const navigate = useNavigate();
  const toasts = useToasts();
  const fork = useFork(sessionId);
  const start = () =>
    fork.mutate(undefined, {
      onSuccess: (opened) => {
        toasts.done('Forked: this session goes on from there');
        void navigate({ to: '/sessions/$sessionId', params: { sessionId: opened.sessionId } });
      },
      onError: toasts.failed,
    });
  return (
    <IconButton label="Fork after the last run" disabled={fork.isPending} onClick={start}>
      <GitFork size={16} aria-hidden />
    </IconButton>
  );
}

/** Hands the file to the browser, which asks the person where to. */
function ExportButton({ session }: { session: Session }) {
  const toasts = useToasts();
  const exporting = useExportSession(session.sessionId);
  const save = (file: Blob) => {
    const link = document.createElement('a');
    link.href = URL.createObjectURL(file);
    link.download = `${session.sessionId}.jsonl`;
    link.click();
    URL.revokeObjectURL(link.href);
  };
  return (
    <IconButton
      label="Export as a file"
      disabled={exporting.isPending}
      onClick={() => exporting.mutate(undefined, { onSuccess: save, onError: toasts.failed })}
    >
      <Download size={16} aria-hidden />
    </IconButton>
  );
}
