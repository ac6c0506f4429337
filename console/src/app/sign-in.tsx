import { type FormEvent, useState } from 'react';
import { Button } from '../parts/button';
import { TextField } from '../parts/field';
import { useTitle } from '../parts/page';
import { Mark } from './mark';

interface SignInProps {
  /** The server did not take the token that was kept or given. */
  refused: boolean;
  onToken: (token: string, place: 'tab' | 'device') => void;
}

const whoHasIt = 'Whoever started the server has it: QUARTERDECK_TOKEN.';

/** Asks for the token of the server. */
export function SignIn({ refused, onToken }: SignInProps) {
  useTitle('Sign in');
  const [token, setToken] = useState('');
  const [keep, setKeep] = useState(false);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (token.trim() !== '') onToken(token.trim(), keep ? 'device' : 'tab');
  };
  return (
    <main className="grid min-h-full place-items-center p-4">
      <form
        onSubmit={submit}
        className="flex w-full max-w-sm flex-col gap-5 rounded-lg border border-line bg-panel p-6"
      >
        <h1 className="flex items-center gap-3 text-lg font-semibold">
          <Mark /> Quarterdeck
        </h1>
        <TextField
          label="Token"
          type="password"
          autoComplete="current-password"
          value={token}
          onChange={(event) => setToken(event.target.value)}
          error={refused ? `The server did not take this token. ${whoHasIt}` : undefined}
          hint={whoHasIt}
          autoFocus
        />
        <label className="flex items-center gap-2 text-sm">
          <input type="checkbox" checked={keep} onChange={(event) => setKeep(event.target.checked)} />
          Keep it on this device
        </label>
        <Button look="primary" type="submit">
          Sign in
        </Button>
      </form>
    </main>
  );
}
