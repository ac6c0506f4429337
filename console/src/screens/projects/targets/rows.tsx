import type { ReactNode } from 'react';

/** What a target comes to: a title, and beside it (below it on a phone) what there is of that kind. */
export function Rows({ children }: { children: ReactNode }) {
  return <dl className="flex flex-col divide-y divide-line text-sm">{children}</dl>;
}

export function Row({ title, children }: { title: string; children: ReactNode }) {
  return (
    <div className="grid gap-x-6 gap-y-1 py-3 first:pt-0 last:pb-0 sm:grid-cols-[8.5rem_1fr]">
      <dt className="font-medium text-muted">{title}</dt>
      <dd className="min-w-0">{children}</dd>
    </div>
  );
}

/** Where something is from: a space by its reference, or the target itself. */
export function From({ from }: { from: string }) {
  return from.startsWith('targets.') ? (
    <span className="text-xs whitespace-nowrap text-muted">the target itself</span>
  ) : (
    <code className="font-mono text-xs break-all text-muted">{from}</code>
  );
}
