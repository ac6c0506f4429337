import { Link } from '@tanstack/react-router';
import type { UsageGroup, UsageReport } from 'quarterdeck/client';
import { type ReactNode, useId, useState } from 'react';
import { type UsageFilter, useUsage } from '../../data/usage';
import { Button } from '../../parts/button';
import { classes } from '../../parts/classes';
import { harnessNames } from '../../parts/harness-names';
import { ErrorNotice, Loading } from '../../parts/notices';
import { amountOf, looks } from './measures';
import { type Measure, measures } from './search';

export type BreakdownBy = 'project' | 'harness' | 'model';

const titles: Record<BreakdownBy, string> = { project: 'By project', harness: 'By agent', model: 'By model' };
const agents: Partial<Record<string, string>> = harnessNames;
/** What stands further down is small. */
const rowsAtFirst = 8;
const groupsMax = 1000;

interface BreakdownProps {
  by: BreakdownBy;
  filter: UsageFilter;
  measure: Measure;
  /** As wide as two. */
  wide?: boolean;
}

/** Who used how much: bars by one measure, beside the figures of all. */
export function Breakdown({ by, filter, measure, wide = false }: BreakdownProps) {
  const titleId = useId();
  const { data, error, refetch } = useUsage({ ...filter, by, limit: groupsMax });
  return (
    <section
      aria-labelledby={titleId}
      className={classes(
        'flex min-w-0 flex-col gap-3 rounded-lg border border-line bg-panel p-4',
        wide && 'lg:col-span-2',
      )}
    >
      <h2 id={titleId} className="text-base font-semibold">
        {titles[by]}
      </h2>
      {error !== null && <ErrorNotice error={error} onRetry={() => void refetch()} />}
      {data === undefined && error === null && <Loading what="the figures" />}
      {data !== undefined && <Groups by={by} report={data} measure={measure} />}
    </section>
  );
}

function Groups({ by, report, measure }: { by: BreakdownBy; report: UsageReport; measure: Measure }) {
  const [all, setAll] = useState(false);
  const value = (group: UsageGroup) => amountOf(measure, group);
  const groups = [...report.groups].sort((one, other) => value(other) - value(one));
  const most = Math.max(...groups.map(value), 0);
  const shown = all ? groups : groups.slice(0, rowsAtFirst);
  return (
    <>
      <table className="w-full text-right text-sm tabular-nums">
        <caption className="sr-only">{`Usage ${titles[by].toLowerCase()}`}</caption>
        <thead className="text-xs text-muted">
          <tr>
            <th scope="col" className="pb-2 text-left font-medium">
              <span className="sr-only">Name</span>
            </th>
            {measures.map((one) => (
              <th
                key={one}
                scope="col"
                className={classes('pb-2 pl-3 font-medium', one === 'time' && 'max-sm:hidden')}
              >
                {looks[one].title === 'Time at work' ? 'Time' : looks[one].title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {shown.map((group) => (
            <Group
              key={group.key}
              name={nameOf(by, group)}
              group={group}
              measure={measure}
              share={most === 0 ? 0 : value(group) / most}
            />
          ))}
        </tbody>
      </table>
      {shown.length < groups.length && (
        <Button look="quiet" className="self-start" onClick={() => setAll(true)}>
          Show all {groups.length}
        </Button>
      )}
    </>
  );
}

interface GroupProps {
  name: ReactNode;
  group: UsageGroup;
  measure: Measure;
  /** Of the largest one. */
  share: number;
}

function Group({ name, group, measure, share }: GroupProps) {
  return (
    <tr className="border-t border-line align-baseline">
      <th scope="row" className="w-1/2 max-w-0 py-2 text-left font-normal">
        <span className="block truncate">{name}</span>
        <span aria-hidden className="mt-1.5 block h-1.5 rounded-full bg-sunken">
          <span className="block h-full rounded-full bg-accent" style={{ width: `${share * 100}%` }} />
        </span>
      </th>
      {measures.map((one) => (
        <td
          key={one}
          title={looks[one].words(amountOf(one, group))}
          className={classes(
            'py-2 pl-3 whitespace-nowrap',
            one === measure ? 'font-semibold' : 'text-muted',
            one === 'time' && 'max-sm:hidden',
          )}
        >
          {looks[one].short(amountOf(one, group))}
        </td>
      ))}
    </tr>
  );
}

function nameOf(by: BreakdownBy, { key, name }: UsageGroup): ReactNode {
  if (by === 'harness') return agents[key] ?? key;
  if (by === 'model') return key === '' ? 'Chosen by the agent' : key;
  if (name === undefined) return `${key} (removed)`;
  return (
    <Link to="/projects/$projectId" params={{ projectId: key }} className="hover:text-accent hover:underline">
      {name}
    </Link>
  );
}
