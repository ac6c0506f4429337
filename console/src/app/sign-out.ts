import { createContext, useContext } from 'react';

export const SignOutContext = createContext<() => void>(() => undefined);

/** Forgets the token and all that was read with it, and asks for one. */
export function useSignOut(): () => void {
  return useContext(SignOutContext);
}
