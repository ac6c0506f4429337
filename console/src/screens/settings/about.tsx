import type { ReactNode } from 'react';
import { useServerStatus } from '../../data/server';
import { ErrorNotice } from '../../parts/notices';
import { Panel } from '../../parts/panel';
import { TimeAgo } from '../../parts/time-ago';

export function About() {
  const { data, error } = useServerStatus();
  return (
    <Panel title="About">
      {error !== null && <ErrorNotice error={error} />}
      <dl className="grid grid-cols-[auto_1fr] gap-x-6 gap-y-2 text-sm">
        <Fact name="Quarterdeck">{data?.version}</Fact>
        <Fact name="Started">{data !== undefined && <TimeAgo at={data.startedAt} />}</Fact>
        <Fact name="Store">{data?.store}</Fact>
      </dl>
      <ul className="flex flex-wrap gap-x-5 gap-y-2 text-sm">
        <Place href="/docs/operating">Operating</Place>
        <Place href="/docs/targets">Targets and spaces</Place>
        <Place href="/docs/run-lifecycle">Runs</Place>
        <Place href="/docs/cli">Command line</Place>
        <Place href="/docs/protocol">Protocol</Place>
        <Place href="/docs">API reference</Place>
        <Place href="/openapi.json">OpenAPI document</Place>
      </ul>
    </Panel>
  );
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div className="contents">
      <dt className="text-muted">{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

/** These are pages of the server and not of the console, so the router does not know them. */
function Place({ href, children }: { href: string; children: ReactNode }) {
  return (
    <li>
      <a href={href} className="font-medium text-accent hover:underline">
        {children}
      </a>
    </li>
  );
}
