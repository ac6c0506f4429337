/** What was written and not sent, by session. It stays in the browser. */
import { useCallback, useState } from 'react';
import { keep, readKept } from './kept';

function keyOf(sessionId: string): string {
  return `quarterdeck.draft.${sessionId}`;
}

export function useDraft(sessionId: string): [draft: string, setDraft: (draft: string) => void] {
  const [draft, setDraft] = useState(() => readKept(keyOf(sessionId)) ?? '');
  const change = useCallback(
    (next: string) => {
      setDraft(next);
      keep(keyOf(sessionId), next === '' ? undefined : next);
    },
    [sessionId],
  );
  return [draft, change];
}
