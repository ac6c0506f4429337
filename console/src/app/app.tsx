/** Puts the parts together: who speaks to the server, what was read, what is live, and the screens. */
import { QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { useMemo, useState } from 'react';
import { ClientProvider, clientWith } from '../data/client';
import { LiveProvider } from '../data/live';
import { createQueryClient } from '../data/query-client';
import { forgetToken, keepToken, readToken, tokenPlace } from '../data/token';
import { setServerClock } from '../parts/clock';
import { ToastProvider } from '../parts/toasts';
import { router } from './router';
import { ShortcutProvider } from './shortcuts';
import { SignIn } from './sign-in';
import { SignOutContext } from './sign-out';

export function App() {
  const [token, setToken] = useState(readToken);
  const [refused, setRefused] = useState(false);
  if (token === undefined) {
    return (
      <SignIn
        refused={refused}
        onToken={(given, place) => {
          keepToken(given, place);
          setToken(given);
        }}
      />
    );
  }
  const forget = (wasRefused: boolean) => {
    forgetToken();
    setRefused(wasRefused);
    setToken(undefined);
  };
  return (
    <SignOutContext value={() => forget(false)}>
      <SignedIn key={token} token={token} onRefused={() => forget(tokenPlace() !== undefined)} />
    </SignOutContext>
  );
}

function SignedIn({ token, onRefused }: { token: string; onRefused: () => void }) {
  const client = useMemo(() => clientWith(token), [token]);
  const queryClient = useMemo(createQueryClient, []);
  return (
    <ClientProvider client={client}>
      <QueryClientProvider client={queryClient}>
        <LiveProvider onRefused={onRefused} onClock={setServerClock}>
          <ToastProvider>
            <ShortcutProvider>
              <RouterProvider router={router} />
            </ShortcutProvider>
          </ToastProvider>
        </LiveProvider>
      </QueryClientProvider>
    </ClientProvider>
  );
}
