import { ChevronRight } from 'lucide-react';
import { counted } from '../../../../parts/amounts';
import { classes } from '../../../../parts/classes';

/** Folded: what an agent thinks is for those who ask. */
export function Thinking({ text, growing }: { text: string; growing: boolean }) {
  return (
    <details className="group/thinking mb-2 text-sm text-muted">
      <summary
        className={classes(
          'flex w-fit list-none items-center gap-1 rounded-sm py-0.5 font-medium hover:text-ink',
          growing && 'animate-pulse',
        )}
      >
        <ChevronRight size={14} aria-hidden className="transition-transform group-open/thinking:rotate-90" />
        {growing ? 'Thinking …' : 'Thought'}
        <span className="font-normal">· {counted(wordsIn(text), 'word')}</span>
      </summary>
      <p className="mt-1 max-h-96 overflow-y-auto border-l-2 border-line pl-3 whitespace-pre-wrap wrap-anywhere">
        {text}
      </p>
    </details>
  );
}

function wordsIn(text: string): number {
  return text.trim().split(/\s+/).length;
}
