import type { Session } from 'quarterdeck/client';
import { type FormEvent, useState } from 'react';
import { useUpdateSession } from '../../../data/session';
import { Button } from '../../../parts/button';
import { Dialog } from '../../../parts/dialog';
import { TextField } from '../../../parts/field';
import { wordsOf } from '../../../parts/notices';

/** `nameCharsMax` of the protocol. */
const nameCharsMax = 200;

export function RenameDialog({ session, onClose }: { session: Session; onClose: () => void }) {
  const [name, setName] = useState(session.name);
  const { mutate, isPending, error } = useUpdateSession(session.sessionId);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (name.trim() !== '') mutate({ name: name.trim() }, { onSuccess: onClose });
  };
  return (
    <Dialog title="Rename the session" onClose={onClose}>
      <form onSubmit={submit} className="flex flex-col gap-4">
        <TextField
          label="Name"
          value={name}
          maxLength={nameCharsMax}
          onChange={(event) => setName(event.target.value)}
          error={error === null ? undefined : wordsOf(error)}
          autoFocus
        />
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>Back</Button>
          <Button look="primary" type="submit" disabled={isPending || name.trim() === ''}>
            Rename
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
