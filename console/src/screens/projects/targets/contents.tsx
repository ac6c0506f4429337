/** What an agent gets with a target, kind by kind, and where each thing is from. */
import type { TargetDescription } from 'quarterdeck/client';
import { countWords } from '../../../parts/amounts';
import { From, Row } from './rows';

interface Item {
  name: string;
  from: string;
  /** What people wrote about it, or what it calls. */
  about?: string | undefined;
  /** Of its file. */
  path?: string | undefined;
}

type ItemsOf = (target: TargetDescription) => readonly Item[];

const placed = (all: TargetDescription['skills']): Item[] =>
  all.map(({ description, ...one }) => ({ ...one, about: description }));

const kinds: readonly [title: string, itemsOf: ItemsOf][] = [
  [
    'Instructions',
    ({ instructions }) =>
      instructions.map(({ path, from, bytes }) => ({
        name: path.split('/').at(-1) ?? path,
        from,
        path,
        about: `${countWords(bytes)} bytes`,
      })),
  ],
  ['Skills', ({ skills }) => placed(skills)],
  ['Commands', ({ commands }) => placed(commands)],
  ['Sub-agents', ({ agents }) => placed(agents)],
  [
    'MCP servers',
    ({ mcpServers }) =>
      mcpServers.map(({ name, from, kind, command, url }) => ({
        name,
        from,
        about: `${kind}: ${command ?? url ?? ''}`,
      })),
  ],
  ['Hooks', ({ hooks }) => hooks.map(({ event, script, from }) => ({ name: event, from, path: script }))],
  ['Variables', ({ env }) => env],
];

export function Contents({ target }: { target: TargetDescription }) {
  return kinds.map(([title, itemsOf]) => <Items key={title} title={title} items={itemsOf(target)} />);
}

function Items({ title, items }: { title: string; items: readonly Item[] }) {
  if (items.length === 0) return null;
  return (
    <Row title={title}>
      <ul className="flex flex-col gap-2">
        {items.map(({ name, from, about, path }) => (
          <li key={`${name} ${from} ${path}`} className="flex flex-wrap items-baseline gap-x-3">
            <span className="min-w-0">
              <span className="font-medium" title={path}>
                {name}
              </span>
              {about !== undefined && <span className="text-muted"> {about}</span>}
            </span>
            <span className="ml-auto max-sm:ml-0">
              <From from={from} />
            </span>
          </li>
        ))}
      </ul>
    </Row>
  );
}
