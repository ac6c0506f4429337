import { Check, Minus } from 'lucide-react';
import type { HarnessCapabilities } from 'quarterdeck/client';
import { classes } from '../../../parts/classes';

const words: Record<keyof HarnessCapabilities, string> = {
  resume: 'Resume after a restart',
  fork: 'Fork',
  steer: 'Steer a running turn',
  permissions: 'Ask before tools',
  partialOutput: 'Live output of tools',
  models: 'Choice of model',
  images: 'Images',
  maxTurns: 'Bound of turns',
  subagents: 'Sub-agents',
  cost: 'Tell the cost',
};

const forks = { none: undefined, latest: 'as it is now', at_run: 'at any run' };

export function Capabilities({ capabilities }: { capabilities: HarnessCapabilities }) {
  const fork = forks[capabilities.fork];
  return (
    <ul
      aria-label="What it can do"
      className="grid grid-cols-2 gap-x-4 gap-y-1.5 border-t border-line pt-4 text-sm sm:grid-cols-3 lg:grid-cols-5"
    >
      {(Object.keys(words) as (keyof HarnessCapabilities)[]).map((name) => {
        const able = name === 'fork' ? fork !== undefined : capabilities[name] === true;
        return (
          <li key={name} className={classes('flex items-start gap-1.5', !able && 'text-muted')}>
            {able ? (
              <Check size={16} aria-hidden className="mt-0.5 shrink-0 text-good" />
            ) : (
              <Minus size={16} aria-hidden className="mt-0.5 shrink-0" />
            )}
            <span>
              {!able && <span className="sr-only">Not: </span>}
              {words[name]}
              {name === 'fork' && fork !== undefined && ` (${fork})`}
            </span>
          </li>
        );
      })}
    </ul>
  );
}
