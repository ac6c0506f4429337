import type { Session } from 'quarterdeck/client';
import { useUpdateSession } from '../../../data/session';
import { Button } from '../../../parts/button';
import { useToasts } from '../../../parts/toasts';

export function ArchivedNote({ session }: { session: Session }) {
  const { mutate, isPending } = useUpdateSession(session.sessionId);
  const toasts = useToasts();
  return (
    <div className="mx-auto flex max-w-4xl flex-wrap items-center gap-3 px-3 py-3 text-sm text-muted sm:px-6">
      <p className="flex-1">This session is archived: it is kept, and takes no prompts.</p>
      <Button disabled={isPending} onClick={() => mutate({ archived: false }, { onError: toasts.failed })}>
        Take it up again
      </Button>
    </div>
  );
}
