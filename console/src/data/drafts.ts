/** What was written and not sent, by session. It stays in the browser. */
import { useCallback, useState } from 'react';

function keyOf(sessionId: string): string {
  return `quarterdeck.draft.${sessionId}`;
}

export function useDraft(sessionId: string): [draft: string, setDraft: (draft: string) => void] {
  const [draft, setDraft] = useState(() => localStorage.getItem(keyOf(sessionId)) ?? '');
  const keep = useCallback(
    (next: string) => {
      setDraft(next);
      if (next === '') localStorage.removeItem(keyOf(sessionId));
      else localStorage.setItem(keyOf(sessionId), next);
    },
    [sessionId],
  );
  return [draft, keep];
}
