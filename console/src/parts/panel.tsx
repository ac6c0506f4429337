import { type ReactNode, useId } from 'react';

interface PanelProps {
  title: string;
  /** Below the title. */
  about?: ReactNode;
  /** Beside it. */
  actions?: ReactNode;
  children: ReactNode;
}

/** A part of a screen with a title of its own. */
export function Panel({ title, about, actions, children }: PanelProps) {
  const titleId = useId();
  return (
    <section
      aria-labelledby={titleId}
      className="flex flex-col gap-4 rounded-lg border border-line bg-panel p-4 sm:p-5"
    >
      <header className="flex flex-wrap items-start justify-between gap-3">
        <div className="flex min-w-0 flex-col gap-1">
          <h2 id={titleId} className="text-base font-semibold">
            {title}
          </h2>
          {about !== undefined && <div className="max-w-prose text-sm text-muted">{about}</div>}
        </div>
        {actions !== undefined && <div className="flex flex-wrap gap-2">{actions}</div>}
      </header>
      {children}
    </section>
  );
}
