import { Link } from '@tanstack/react-router';
import type { AgentProgram, HarnessDescription } from 'quarterdeck/client';
import { useHarnesses } from '../../data/server';
import { classes } from '../../parts/classes';
import { harnessNames } from '../../parts/harness-names';
import { ErrorNotice, Loading } from '../../parts/notices';
import { Group } from './group';

const looks = { good: 'text-good', attention: 'text-attention', muted: 'text-muted' };

/** Whether each agent could work now; what to do about it is told with the projects. */
export function AgentsPanel() {
  const { data, error, refetch } = useHarnesses();
  return (
    <Group
      title="Agents"
      more={
        <Link to="/projects" search={{ show: 'agents' }} className="font-medium text-accent hover:underline">
          Details
        </Link>
      }
    >
      <div className="px-4 pb-4">
        {error !== null && <ErrorNotice error={error} onRetry={() => void refetch()} />}
        {data === undefined && error === null && <Loading what="the agents" />}
        <ul className="flex flex-col gap-2 text-sm">
          {data?.harnesses.map((harness) => (
            <Agent key={harness.name} harness={harness} />
          ))}
        </ul>
      </div>
    </Group>
  );
}

function Agent({ harness: { name, programs } }: { harness: HarnessDescription }) {
  const { words, look } = healthOf(programs);
  return (
    <li className="flex items-center gap-2">
      <span
        aria-hidden
        className={classes(
          'size-2 shrink-0 rounded-full',
          look === 'muted' ? 'border border-line-strong' : 'bg-current',
          looks[look],
        )}
      />
      <span className={classes(look === 'muted' && 'text-muted')}>{harnessNames[name]}</span>
      <span className={classes('ml-auto text-right text-xs', looks[look])}>{words}</span>
    </li>
  );
}

/** Of several programs, one that works is enough. */
function healthOf(programs: readonly AgentProgram[]): { words: string; look: keyof typeof looks } {
  const found = programs.filter((program) => program.found);
  if (found.length === 0) return { words: 'not installed', look: 'muted' };
  const able = found.filter(({ problem }) => problem === undefined);
  if (able.length === 0) return { words: 'does not work', look: 'attention' };
  const loggedIn = able.filter(({ login }) => login !== 'missing');
  if (loggedIn.length === 0) return { words: 'not logged in', look: 'attention' };
  return { words: loggedIn[0]?.version ?? 'ready', look: 'good' };
}
