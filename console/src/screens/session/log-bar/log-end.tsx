import type { End, LogFold, LogView } from '../../../data/log/log-window';
import { Button } from '../../../parts/button';

interface LogEndProps {
  end: End;
  which: 'older' | 'newer';
  view: LogView<LogFold>;
  onRetry: () => void;
}

/** What is beyond what is shown. */
export function LogEnd({ end, which, view, onRetry }: LogEndProps) {
  const look = 'flex items-center justify-center gap-3 px-4 py-3 text-sm text-muted';
  if (end === 'reading' || end === 'more') return <p className={look}>Reading {which} events …</p>;
  if (end === 'failed') {
    return (
      <p className={look}>
        The {which} events could not be read. <Button onClick={onRetry}>Try again</Button>
      </p>
    );
  }
  if (which === 'older' && view.firstSeq > 1)
    return <p className={look}>The log begins here: what was before event {view.firstSeq} was removed.</p>;
  return null;
}
