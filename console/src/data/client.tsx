/** The client of the API, for every screen. Nothing else of the console speaks to the server. */

import { type Client, createClient } from 'quarterdeck/client';
import { createContext, type ReactNode, useContext } from 'react';

const ClientContext = createContext<Client | undefined>(undefined);

export function clientWith(token: string): Client {
  return createClient({ url: '', token });
}

export function ClientProvider({ client, children }: { client: Client; children: ReactNode }) {
  return <ClientContext value={client}>{children}</ClientContext>;
}

export function useClient(): Client {
  const client = useContext(ClientContext);
  if (client === undefined) throw new Error('useClient stands outside of ClientProvider');
  return client;
}
