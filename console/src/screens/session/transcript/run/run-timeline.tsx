import { durationWords } from '../../../../parts/amounts';
import { classes } from '../../../../parts/classes';
import type { RunFacts } from '../model/items';

interface Phase {
  words: string;
  ms: number;
  look: string;
}

/** Where the time of a run went, as one bar; shorter phases are not drawn. */
const drawnMs = 1;

export function RunTimeline({ run }: { run: RunFacts }) {
  const phases = phasesOf(run);
  const total = phases.reduce((sum, { ms }) => sum + ms, 0);
  if (total === 0) return null;
  const words = phases.map((phase) => `${phase.words} ${durationWords(phase.ms)}`).join(', ');
  return (
    <span className="inline-flex items-center gap-2 whitespace-nowrap" title={words}>
      <span aria-hidden className="flex h-1.5 w-16 overflow-hidden rounded-full bg-sunken">
        {phases.map(({ words: name, ms, look }) => (
          <span key={name} className={classes('h-full', look)} style={{ width: `${(100 * ms) / total}%` }} />
        ))}
      </span>
      <span className="tabular-nums">{durationWords(total)}</span>
      <span className="sr-only">({words})</span>
    </span>
  );
}

/** From the moment it was queued, as far as the events of it are known. */
function phasesOf({ queuedAt, claimedAt, startedAt, endedAt, askedMs = 0 }: RunFacts): Phase[] {
  if (endedAt === undefined) return [];
  const claimed = claimedAt ?? endedAt;
  const started = startedAt ?? endedAt;
  const asked = Math.min(askedMs, endedAt - started);
  return [
    { words: 'queued', ms: claimed - (queuedAt ?? claimed), look: 'bg-line-strong' },
    { words: 'starting', ms: claimedAt === undefined ? 0 : started - claimed, look: 'bg-accent' },
    { words: 'working', ms: endedAt - started - asked, look: 'bg-busy' },
    { words: 'waiting for you', ms: asked, look: 'bg-attention' },
  ].filter(({ ms }) => ms >= drawnMs);
}
