import { Search, X } from 'lucide-react';
import { useEffect, useId, useRef, useState } from 'react';
import { useShortcut } from '../../app/shortcuts';
import { useProjects, useTargetNames } from '../../data/projects';
import { IconButton } from '../../parts/button';
import { Kbd } from '../../parts/kbd';
import { FilterSelect } from './filter-select';
import type { SessionsSearch } from './search';

interface FilterBarProps {
  search: SessionsSearch;
  onChange: (search: SessionsSearch) => void;
}

const statusWords: [status: NonNullable<SessionsSearch['status']>, words: string][] = [
  ['running', 'Running'],
  ['awaiting_permission', 'Needs permission'],
  ['parked', 'Parked'],
  ['queued', 'Queued'],
  ['idle', 'Idle'],
  ['archived', 'Archived'],
];

/** The filter is the address: it can be kept, sent and gone back to. */
export function FilterBar({ search, onChange }: FilterBarProps) {
  const { data: projects = [] } = useProjects();
  const targets = useTargetNames(search.project);
  /** Empty is no filter, and another filter begins with its first page. */
  const change = (part: Partial<Record<'q' | 'project' | 'target' | 'status', string>>) => {
    const { pages: _pages, ...rest } = { ...search, ...part };
    onChange(Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== '')));
  };
  return (
    <search className="grid grid-cols-3 gap-2 sm:flex sm:flex-wrap">
      <SearchField words={search.q ?? ''} onChange={(q) => change({ q })} />
      <FilterSelect
        label="Project"
        all="All projects"
        value={search.project}
        options={projects.map(({ projectId, name }) => [projectId, name])}
        onChange={(project) => change({ project, target: '' })}
      />
      <FilterSelect
        label="Status"
        all="Any status"
        value={search.status}
        options={statusWords}
        onChange={(status) => change({ status })}
      />
      <FilterSelect
        label="Target"
        all="Any target"
        value={search.target}
        options={targets.map((name) => [name, name])}
        onChange={(target) => change({ target })}
      />
    </search>
  );
}

/** Between two keys of somebody who types. */
const typingMs = 200;
/** As the server has it. */
const searchCharsMax = 200;

function SearchField({ words, onChange }: { words: string; onChange: (words: string) => void }) {
  const id = useId();
  const input = useRef<HTMLInputElement>(null);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const [typed, setTyped] = useState(words);
  // The address may change by itself, but takes nothing out of the hands of somebody who types.
  useEffect(() => {
    if (timer.current === undefined) setTyped((now) => (now.trim() === words ? now : words));
  }, [words]);
  useEffect(() => () => clearTimeout(timer.current), []);
  useShortcut('/', 'Search', () => input.current?.focus());
  const change = (text: string, delayMs: number) => {
    setTyped(text);
    clearTimeout(timer.current);
    timer.current = setTimeout(() => {
      timer.current = undefined;
      onChange(text.trim());
    }, delayMs);
  };
  return (
    <div className="relative col-span-3 min-w-60 flex-1">
      <label htmlFor={id} className="sr-only">
        Search names and what was said
      </label>
      <Search size={16} aria-hidden className="absolute top-2.5 left-3 text-muted" />
      <input
        ref={input}
        id={id}
        type="text"
        inputMode="search"
        value={typed}
        maxLength={searchCharsMax}
        onChange={(event) => change(event.target.value, typingMs)}
        onKeyDown={(event) => {
          if (event.key === 'Enter') change(typed, 0);
          if (event.key === 'Escape') input.current?.blur();
        }}
        placeholder="Search names and what was said"
        className="h-9 w-full rounded-md border border-line-strong bg-panel pr-9 pl-9 text-sm text-ink placeholder:text-muted"
      />
      <span className="absolute top-0 right-0">
        {typed === '' ? (
          <span aria-hidden className="hidden px-2.5 pt-1.5 sm:block">
            <Kbd keys="/" />
          </span>
        ) : (
          <IconButton label="Clear the search" onClick={() => change('', 0)}>
            <X size={16} aria-hidden />
          </IconButton>
        )}
      </span>
    </div>
  );
}
