import { FilePen } from 'lucide-react';
import { lazy, Suspense } from 'react';
import type { FileEdit } from './file-edits';

const DiffTable = lazy(() => import('./diff-table'));

/** One file that was changed: its name, and the lines. */
export function FileDiff({ edit }: { edit: FileEdit }) {
  return (
    <figure className="overflow-hidden rounded-md border border-line bg-panel">
      <figcaption className="flex items-center gap-2 border-b border-line bg-sunken px-3 py-1.5 font-mono text-xs wrap-anywhere">
        <FilePen size={14} aria-hidden className="shrink-0 text-muted" />
        {edit.path}
      </figcaption>
      <Suspense fallback={<p className="px-3 py-2 text-xs text-muted">Comparing …</p>}>
        <DiffTable edit={edit} />
      </Suspense>
    </figure>
  );
}
