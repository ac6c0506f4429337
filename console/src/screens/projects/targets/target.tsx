import { ChevronRight } from 'lucide-react';
import type { TargetDescription } from 'quarterdeck/client';
import { counted } from '../../../parts/amounts';
import { harnessNames } from '../../../parts/harness-names';
import { Tag } from '../../../parts/tag';
import { Conflicts } from './conflicts';
import { Contents } from './contents';
import { Policy } from './policy';
import { Problem, Warnings } from './problems';
import { Row, Rows } from './rows';
import { Spaces } from './spaces';

/** One target, folded; what is broken stands open, because somebody has to do something about it. */
export function Target({ target, isDefault }: { target: TargetDescription; isDefault: boolean }) {
  const { name, description, error, warnings, conflicts } = target;
  return (
    <li>
      <details className="group rounded-md border border-line open:bg-canvas" open={error !== undefined}>
        <summary className="flex list-none items-start gap-3 rounded-md px-3 py-3 hover:bg-sunken [&::-webkit-details-marker]:hidden">
          <ChevronRight
            size={18}
            aria-hidden
            className="mt-0.5 shrink-0 text-muted transition-transform group-open:rotate-90"
          />
          <span className="flex min-w-0 flex-1 flex-col gap-1">
            <span className="flex flex-wrap items-center gap-x-3 gap-y-1">
              <span className="font-semibold">{name}</span>
              <span className="text-sm text-muted">
                {harnessNames[target.harness]}
                {target.model !== undefined && ` · ${target.model}`}
              </span>
              <span className="flex flex-wrap gap-1.5">
                {isDefault && <Tag look="accent">default</Tag>}
                {error !== undefined && <Tag look="bad">broken</Tag>}
                {warnings.length > 0 && <Tag look="attention">{counted(warnings.length, 'warning')}</Tag>}
                {conflicts.length > 0 && <Tag>{counted(conflicts.length, 'conflict')}</Tag>}
              </span>
            </span>
            {description !== undefined && <span className="text-sm text-muted">{description}</span>}
          </span>
        </summary>
        <div className="flex flex-col gap-4 border-t border-line px-3 py-4 sm:px-5">
          {error === undefined ? (
            <>
              <Warnings warnings={warnings} />
              <Resolved target={target} />
            </>
          ) : (
            <Problem title="This target cannot be used" words={error.message} />
          )}
        </div>
      </details>
    </li>
  );
}

function Resolved({ target }: { target: TargetDescription }) {
  const { primingPrompt, permissions, limits, spaces, conflicts } = target;
  return (
    <Rows>
      {primingPrompt !== undefined && (
        <Row title="Priming prompt">
          <blockquote className="border-l-2 border-line-strong pl-3 whitespace-pre-wrap">
            {primingPrompt}
          </blockquote>
        </Row>
      )}
      <Policy permissions={permissions} limits={limits} />
      <Spaces spaces={spaces} />
      <Contents target={target} />
      <Conflicts conflicts={conflicts} />
    </Rows>
  );
}
