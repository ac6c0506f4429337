/** A titled list of the overview, with how many there are. */
import { type ReactNode, useId } from 'react';
import { classes } from '../../parts/classes';

const looks = {
  plain: 'bg-sunken text-muted',
  busy: 'bg-busy-soft text-busy',
  attention: 'bg-attention-soft text-attention',
  bad: 'bg-bad-soft text-bad',
};

interface GroupProps {
  title: string;
  count?: number;
  look?: keyof typeof looks;
  /** Beside the title: where there is more. */
  more?: ReactNode;
  children: ReactNode;
}

export function Group({ title, count, look = 'plain', more, children }: GroupProps) {
  const titleId = useId();
  return (
    <section aria-labelledby={titleId} className="rounded-lg border border-line bg-panel">
      <header className="flex items-center gap-2 px-4 pt-3 pb-2">
        <h2 id={titleId} className="text-sm font-semibold">
          {title}
        </h2>
        {count !== undefined && count > 0 && (
          <span className={classes('rounded-full px-2 text-xs font-semibold tabular-nums', looks[look])}>
            {count}
          </span>
        )}
        {more !== undefined && <div className="ml-auto text-sm">{more}</div>}
      </header>
      {children}
    </section>
  );
}

export function Rows({ label, children }: { label: string; children: ReactNode }) {
  return (
    <ul aria-label={label} className="divide-y divide-line border-t border-line">
      {children}
    </ul>
  );
}

/** The rest is where the link leads. */
export function Rest({ count }: { count: number }) {
  return count > 0 ? (
    <p className="border-t border-line px-4 py-2 text-sm text-muted">and {count} more</p>
  ) : null;
}
