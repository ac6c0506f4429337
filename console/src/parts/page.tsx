import { type ReactNode, useEffect } from 'react';

interface PageProps {
  title: string;
  /** Buttons beside the title. */
  actions?: ReactNode;
  children: ReactNode;
}

/** A screen: its title, for the tab as well, and what it shows. */
export function Page({ title, actions, children }: PageProps) {
  useTitle(title);
  return (
    <div className="mx-auto flex w-full max-w-6xl flex-col gap-6 px-4 py-6 sm:px-6">
      <header className="flex flex-wrap items-center justify-between gap-3">
        <h1 className="text-xl font-semibold tracking-tight">{title}</h1>
        {actions !== undefined && <div className="flex flex-wrap gap-2">{actions}</div>}
      </header>
      {children}
    </div>
  );
}

let title = '';
let waiting = 0;

function showTitle(): void {
  const badge = waiting === 0 ? '' : `(${waiting}) `;
  document.title = [`${badge}${title}`, 'Quarterdeck'].filter(Boolean).join(' · ');
}

export function useTitle(words: string): void {
  useEffect(() => {
    title = words;
    showTitle();
  }, [words]);
}

/** So many things wait for a person, whatever screen is open: the tab says it. */
export function useTitleBadge(count: number): void {
  useEffect(() => {
    waiting = count;
    showTitle();
    return () => {
      waiting = 0;
      showTitle();
    };
  }, [count]);
}
