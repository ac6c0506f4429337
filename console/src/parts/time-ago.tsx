import { useRoughNow } from './clock';
import { ageWords, dateTimeWords } from './times';

/** `at` in milliseconds since 1970. */
export function TimeAgo({ at }: { at: number }) {
  const nowMs = useRoughNow();
  return (
    <time dateTime={new Date(at).toISOString()} title={dateTimeWords(at)}>
      {ageWords(at, nowMs)}
    </time>
  );
}
