/** What stands where there is nothing to show: it loads, it failed, or there is none yet. */
import { CircleAlert } from 'lucide-react';
import type { ReactNode } from 'react';
import { Button } from './button';

export function EmptyState({
  title,
  children,
  action,
}: {
  title: string;
  children?: ReactNode;
  action?: ReactNode;
}) {
  return (
    <div className="flex flex-col items-start gap-3 rounded-lg border border-dashed border-line-strong px-6 py-8">
      <p className="text-base font-semibold">{title}</p>
      {children !== undefined && (
        <div className="flex w-full max-w-prose min-w-0 flex-col gap-2 text-sm text-muted">{children}</div>
      )}
      {action}
    </div>
  );
}

/** What takes no longer than a blink says nothing. */
export function Loading({ what }: { what: string }) {
  return (
    <p role="status" className="animate-appear-late flex items-center gap-2 px-1 py-6 text-sm text-muted">
      <span aria-hidden className="size-2 animate-pulse rounded-full bg-current" />
      Reading {what} …
    </p>
  );
}

/** The server's own words: they say what happened and what to do. */
export function ErrorNotice({ error, onRetry }: { error: unknown; onRetry?: () => void }) {
  return (
    <div
      role="alert"
      className="flex flex-wrap items-center gap-3 rounded-md border border-bad bg-bad-soft px-4 py-3 text-sm text-bad"
    >
      <CircleAlert size={18} aria-hidden className="shrink-0" />
      <p className="min-w-0 flex-1 break-words">{wordsOf(error)}</p>
      {onRetry !== undefined && <Button onClick={onRetry}>Try again</Button>}
    </div>
  );
}

export function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
