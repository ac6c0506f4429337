import type { Session } from 'quarterdeck/client';
import { CopyCommand } from '../../../parts/copy-command';
import { EmptyState } from '../../../parts/notices';

export function EmptyTranscript({ session }: { session: Session }) {
  return (
    <div className="mx-auto max-w-4xl">
      <EmptyState title="Nothing was said yet">
        <p>Write the first prompt below, or send it from a terminal:</p>
        <CopyCommand command={`npx quarterdeck send ${session.sessionId} "What can you do?" --follow`} />
      </EmptyState>
    </div>
  );
}
