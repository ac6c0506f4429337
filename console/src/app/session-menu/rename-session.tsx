import type { Session } from 'quarterdeck/client';
import { type FormEvent, useId, useState } from 'react';
import { useUpdateSession } from '../../data/session';
import { Button } from '../../parts/button';
import { Dialog } from '../../parts/dialog';
import { TextField } from '../../parts/field';
import { ErrorNotice } from '../../parts/notices';

/** As the server has it. */
const nameCharsMax = 200;

export function RenameSession({ session, onClose }: { session: Session; onClose: () => void }) {
  const formId = useId();
  const rename = useUpdateSession(session.sessionId);
  const [name, setName] = useState(session.name);
  const wanted = name.trim();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (wanted !== '') rename.mutate({ name: wanted }, { onSuccess: onClose });
  };
  return (
    <Dialog
      title="Rename the session"
      onClose={onClose}
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button look="primary" type="submit" form={formId} disabled={wanted === '' || rename.isPending}>
            Rename
          </Button>
        </>
      }
    >
      <form id={formId} onSubmit={submit} className="flex flex-col gap-4">
        <TextField
          label="Name"
          value={name}
          maxLength={nameCharsMax}
          onChange={(event) => setName(event.target.value)}
          onFocus={(event) => event.target.select()}
        />
        {rename.error !== null && <ErrorNotice error={rename.error} />}
      </form>
    </Dialog>
  );
}
