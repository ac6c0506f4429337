/** What stands around every screen: navigation, state of the connection, the keys that work everywhere. */
import { Link, Outlet, useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useLiveState } from '../data/live';
import { useWaitingCount } from '../data/waiting';
import { classes } from '../parts/classes';
import { ConnectionBadge } from './connection-badge';
import { Mark } from './mark';
import { NewSessionProvider } from './new-session/new-session';
import { OfflineStrip } from './offline-strip';
import { places } from './places';
import { ShortcutHelp } from './shortcut-help';
import { useShortcut } from './shortcuts';
import { WaitingSignals } from './waiting-signals';

export function Shell() {
  return (
    <NewSessionProvider>
      <Frame />
    </NewSessionProvider>
  );
}

function Frame() {
  const { state } = useLiveState();
  const [helpOpen, setHelpOpen] = useState(false);
  useShortcut('?', 'Show the keys', () => setHelpOpen(true));
  return (
    <div className="flex h-full flex-col lg:flex-row">
      <a
        href="#content"
        className="sr-only focus:not-sr-only focus:absolute focus:z-50 focus:rounded-md focus:bg-panel focus:px-4 focus:py-2"
      >
        Skip to the content
      </a>
      <header className="flex items-center justify-between gap-3 border-b border-line bg-panel px-4 py-2 lg:hidden">
        <span className="flex items-center gap-2 font-semibold">
          <Mark /> Quarterdeck
        </span>
        <ConnectionBadge />
      </header>
      <Navigation />
      <div data-stale={state === 'offline' || undefined} className="flex min-h-0 min-w-0 flex-1 flex-col">
        <OfflineStrip />
        <main id="content" tabIndex={-1} className="min-h-0 flex-1 overflow-y-auto focus:outline-none">
          <Outlet />
        </main>
      </div>
      <WaitingSignals />
      {helpOpen && <ShortcutHelp onClose={() => setHelpOpen(false)} />}
    </div>
  );
}

/** Beside the screen, and below it on a phone. */
function Navigation() {
  return (
    <nav
      aria-label="Screens"
      className="order-last flex shrink-0 border-t border-line bg-panel lg:order-first lg:w-52 lg:flex-col lg:gap-1 lg:border-t-0 lg:border-r lg:p-3"
    >
      <span className="hidden items-center gap-3 px-2 pt-1 pb-4 text-base font-semibold lg:flex">
        <Mark /> Quarterdeck
      </span>
      {places.map((place) => (
        <Place key={place.to} {...place} />
      ))}
      <div className="mt-auto hidden px-2 pt-4 lg:block">
        <ConnectionBadge />
      </div>
    </nav>
  );
}

function Place({ to, label, icon: Icon, keys }: (typeof places)[number]) {
  const navigate = useNavigate();
  useShortcut(keys, `Go to ${label.toLowerCase()}`, () => void navigate({ to }));
  return (
    <Link
      to={to}
      activeOptions={{ exact: to === '/' }}
      className={classes(
        'relative flex flex-1 flex-col items-center gap-0.5 rounded-md px-1 py-2 text-xs font-medium text-muted',
        'hover:bg-sunken hover:text-ink lg:flex-none lg:flex-row lg:gap-3 lg:px-3 lg:text-sm',
        'data-[status=active]:text-accent lg:data-[status=active]:bg-accent-soft',
      )}
    >
      <Icon size={18} aria-hidden />
      {label}
      {to === '/inbox' && <WaitingCount />}
    </Link>
  );
}

function WaitingCount() {
  const count = useWaitingCount();
  if (count === 0) return null;
  return (
    <span className="absolute top-1 left-1/2 ml-2 rounded-full bg-attention-soft px-1.5 text-xs font-semibold text-attention tabular-nums lg:static lg:ml-auto">
      {count} <span className="sr-only">waiting</span>
    </span>
  );
}
