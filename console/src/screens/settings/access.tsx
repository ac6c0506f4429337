import { LogOut } from 'lucide-react';
import { useSignOut } from '../../app/sign-out';
import type { KeptPlace } from '../../data/kept';
import { tokenPlace } from '../../data/token';
import { Button } from '../../parts/button';
import { CopyCommand } from '../../parts/copy-command';
import { Panel } from '../../parts/panel';

const places: Record<KeptPlace, string> = {
  tab: 'This tab has it, and forgets it when it is closed.',
  device: 'This browser keeps it on the device until you sign out.',
};

/** There is one token, that of the server. */
export function Access() {
  const signOut = useSignOut();
  const place = tokenPlace();
  return (
    <Panel
      title="Token"
      about="A server has one token, and whoever has it can do whatever the user of the server can."
      actions={
        place === undefined ? undefined : (
          <Button icon={<LogOut size={15} aria-hidden />} onClick={signOut}>
            Sign out
          </Button>
        )
      }
    >
      <p className="text-sm">
        {place === undefined ? (
          <>
            This server takes the token <code className="font-mono">dev</code>, which works on loopback only.
            There is nothing to sign out of.
          </>
        ) : (
          <>The server was started with a token of its own. {places[place]}</>
        )}
      </p>
      <div className="flex flex-col gap-2 text-sm">
        <p className="text-muted">To make a strong one:</p>
        <CopyCommand command="npx quarterdeck token" />
        <p className="text-muted">
          Give it to the server as <code className="font-mono">QUARTERDECK_TOKEN</code> or as{' '}
          <code className="font-mono">token</code> in its <code className="font-mono">config.toml</code>, and
          start it again. Every browser then asks for it once.
        </p>
      </div>
    </Panel>
  );
}
