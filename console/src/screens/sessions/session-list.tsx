import type { Session } from 'quarterdeck/client';
import { useState } from 'react';
import { useRowKeys } from '../../app/use-row-keys';
import { Button } from '../../parts/button';
import { DeleteSession } from './delete-session';
import { RenameSession } from './rename-session';
import { SessionRow } from './session-row';

interface SessionListProps {
  sessions: readonly Session[];
  /** There is more. */
  onMore: (() => void) | undefined;
}

/** What a dialog is open for. */
type Asked = { action: 'rename' | 'delete'; session: Session };

export function SessionList({ sessions, onMore }: SessionListProps) {
  const list = useRowKeys<HTMLUListElement>('session');
  const [asked, setAsked] = useState<Asked>();
  const close = () => setAsked(undefined);
  return (
    <div className="flex flex-col gap-3">
      <ul
        ref={list}
        aria-label="Sessions"
        className="divide-y divide-line rounded-lg border border-line bg-panel"
      >
        {sessions.map((session) => (
          <SessionRow
            key={session.sessionId}
            session={session}
            onRename={() => setAsked({ action: 'rename', session })}
            onDelete={() => setAsked({ action: 'delete', session })}
          />
        ))}
      </ul>
      {onMore !== undefined && (
        <Button onClick={onMore} className="self-center">
          Show more sessions
        </Button>
      )}
      {asked?.action === 'rename' && <RenameSession session={asked.session} onClose={close} />}
      {asked?.action === 'delete' && <DeleteSession session={asked.session} onClose={close} />}
    </div>
  );
}
