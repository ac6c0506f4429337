import { useNavigate, useSearch } from '@tanstack/react-router';
import { useMemo } from 'react';
import { useProjects } from '../../data/projects';
import { type UsageFilter, useUsage } from '../../data/usage';
import { classes } from '../../parts/classes';
import { CopyCommand } from '../../parts/copy-command';
import { SelectField } from '../../parts/field';
import { EmptyState, ErrorNotice, Loading } from '../../parts/notices';
import { Page } from '../../parts/page';
import { Segments } from '../../parts/segments';
import { Breakdown } from './breakdown';
import { DayCharts } from './day-charts';
import { DayTable } from './day-table';
import { type Range, rangeOf, stretchesOf } from './days';
import { looks } from './measures';
import { RangeChoice } from './range-choice';
import { type Measure, measures, rangeDaysMax, type UsageSearch } from './search';

const measureOptions = measures.map((value) => ({ value, label: looks[value].title }));

/** What runs used: by day as charts, and by project, agent and model. */
export function UsageScreen() {
  const search = useSearch({ from: '/usage' });
  const range = rangeOf(search, Date.now());
  return (
    <Page title="Usage" actions={<RangeChoice search={search} range={range} />}>
      <Figures search={search} range={range} />
    </Page>
  );
}

function Figures({ search, range: { from, to } }: { search: UsageSearch; range: Range }) {
  const navigate = useNavigate();
  const filter: UsageFilter = {
    from,
    to,
    ...(search.project !== undefined && { projectId: search.project }),
  };
  const { data, error, refetch, isPlaceholderData } = useUsage({
    ...filter,
    by: 'day',
    limit: rangeDaysMax,
  });
  const stretches = useMemo(
    () => (data === undefined ? [] : stretchesOf(data.groups, { from, to })),
    [data, from, to],
  );
  const { measure = 'tokens' } = search;
  const choose = (change: UsageSearch) =>
    void navigate({ to: '/usage', search: { ...search, ...change }, replace: true });
  if (error !== null) return <ErrorNotice error={error} onRetry={() => void refetch()} />;
  if (data === undefined) return <Loading what="the usage" />;
  const projectChoice = <ProjectChoice value={search.project} />;
  if (data.groups.length === 0)
    return (
      <>
        {projectChoice}
        <Nothing project={search.project} />
      </>
    );
  return (
    // What is of the range before fades until the new one is there.
    <div className={classes('contents', isPlaceholderData && '*:opacity-50')}>
      {projectChoice}
      <DayCharts stretches={stretches} total={data.total} />
      <DayTable stretches={stretches} total={data.total} />
      <div className="flex flex-wrap items-center justify-between gap-3">
        <h2 className="text-base font-semibold">Who used it</h2>
        <Segments<Measure>
          label="Bars by"
          options={measureOptions}
          value={measure}
          onChange={(value) => choose({ measure: value })}
        />
      </div>
      <div className="grid gap-4 lg:grid-cols-2">
        {search.project === undefined && <Breakdown wide by="project" filter={filter} measure={measure} />}
        <Breakdown by="harness" filter={filter} measure={measure} />
        <Breakdown by="model" filter={filter} measure={measure} />
      </div>
    </div>
  );
}

function ProjectChoice({ value }: { value: string | undefined }) {
  const search = useSearch({ from: '/usage' });
  const navigate = useNavigate();
  const { data: projects = [] } = useProjects();
  return (
    <SelectField
      label="Project"
      className="max-w-xs"
      value={value ?? ''}
      onChange={({ target }) => {
        const { project: _, ...rest } = search;
        const chosen = target.value === '' ? {} : { project: target.value };
        void navigate({ to: '/usage', search: { ...rest, ...chosen } });
      }}
    >
      <option value="">All projects</option>
      {value !== undefined && !projects.some(({ projectId }) => projectId === value) && (
        <option value={value}>{value}</option>
      )}
      {projects.map(({ projectId, name }) => (
        <option key={projectId} value={projectId}>
          {name}
        </option>
      ))}
    </SelectField>
  );
}

function Nothing({ project = 'rex' }: { project: string | undefined }) {
  return (
    <EmptyState title="No run has ended in these days">
      <p>Tokens, cost and time are added up as runs end. Choose other days, or send a prompt:</p>
      <CopyCommand command={`npx quarterdeck run --project ${project} --wait "What is 2+2?"`} />
    </EmptyState>
  );
}
