/** Opens the dialog for a new session, from any screen and with a key. */
import { createContext, lazy, type ReactNode, Suspense, useCallback, useContext, useState } from 'react';
import { useShortcut } from '../shortcuts';
import type { Wishes } from './new-session-dialog';

const NewSessionDialog = lazy(() =>
  import('./new-session-dialog').then((file) => ({ default: file.NewSessionDialog })),
);

const OpenContext = createContext<(wishes?: Wishes) => void>(() => undefined);

/** What the dialog begins with may be said. */
export function useNewSession(): (wishes?: Wishes) => void {
  return useContext(OpenContext);
}

export function NewSessionProvider({ children }: { children: ReactNode }) {
  const [wishes, setWishes] = useState<Wishes>();
  const open = useCallback((given: Wishes = {}) => setWishes(given), []);
  useShortcut('c', 'New session', open);
  return (
    <OpenContext value={open}>
      {children}
      {wishes !== undefined && (
        <Suspense>
          <NewSessionDialog wishes={wishes} onClose={() => setWishes(undefined)} />
        </Suspense>
      )}
    </OpenContext>
  );
}
