import type { ServerStatus } from 'quarterdeck/client';
import { useServerStatus } from '../../data/server';
import { countWords, durationWords } from '../../parts/amounts';
import { ErrorNotice, Loading } from '../../parts/notices';
import { Panel } from '../../parts/panel';

type Name = keyof ServerStatus['retention'];

const rows: readonly { name: Name; about: string; none: string }[] = [
  { name: 'deltasKeptMs', about: 'Deltas of an ended run', none: 'kept' },
  { name: 'logsKeptMs', about: 'Events of an ended run', none: 'kept' },
  { name: 'logEventsMax', about: 'Latest events of a session', none: 'all' },
  { name: 'archivedKeptMs', about: 'Archived sessions', none: 'kept' },
  { name: 'answersKeptMs', about: 'Answers to idempotency keys', none: 'kept' },
];

/** What the server removes by itself, as it was started; nothing here can be changed from a browser. */
export function Retention() {
  const { data, error, refetch } = useServerStatus();
  return (
    <Panel
      title="What is kept"
      about={
        <>
          Set where the server is started, in its <code className="font-mono">config.toml</code> or as flags.
          Nothing that a person could miss goes by itself.
        </>
      }
    >
      {error !== null && <ErrorNotice error={error} onRetry={() => void refetch()} />}
      {data === undefined && error === null && <Loading what="the settings" />}
      {data !== undefined && <Table retention={data.retention} />}
    </Panel>
  );
}

function Table({ retention }: Pick<ServerStatus, 'retention'>) {
  return (
    <table className="w-full text-left text-sm">
      <caption className="sr-only">What is kept, and for how long</caption>
      <thead className="sr-only">
        <tr>
          <th scope="col">What</th>
          <th scope="col">Kept</th>
        </tr>
      </thead>
      <tbody className="divide-y divide-line">
        {rows.map(({ name, about, none }) => (
          <tr key={name}>
            <th scope="row" className="py-2 pr-4 font-normal">
              <span className="block">{about}</span>
              <code className="font-mono text-xs text-muted">{name}</code>
            </th>
            <td className="py-2 text-right font-medium whitespace-nowrap">
              {retention[name] === 0 ? none : wordsOf(name, retention[name])}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function wordsOf(name: Name, value: number): string {
  return name.endsWith('Ms') ? durationWords(value) : countWords(value);
}
