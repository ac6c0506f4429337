/** Where the words were said, in any session, with a way to the very place. */
import { Link } from '@tanstack/react-router';
import { Bot, UserRound } from 'lucide-react';
import type { SearchHit } from 'quarterdeck/client';
import { useId, useState } from 'react';
import { useContentSearch } from '../../data/search';
import { useSession } from '../../data/session';
import { Button } from '../../parts/button';
import { ErrorNotice, Loading } from '../../parts/notices';
import { TimeAgo } from '../../parts/time-ago';
import { markedParts } from './marked-parts';

export function ContentHits({ words, projectId }: { words: string; projectId: string | undefined }) {
  const titleId = useId();
  const [pages, setPages] = useState(1);
  const { data, error, refetch } = useContentSearch(words, projectId, pages);
  return (
    <section aria-labelledby={titleId} className="flex flex-col gap-3">
      <h2 id={titleId} className="text-base font-semibold">
        In what was said
      </h2>
      {error !== null && <ErrorNotice error={error} onRetry={() => void refetch()} />}
      {data === undefined && error === null && <Loading what="what was said" />}
      {data?.hits.length === 0 && (
        <p className="text-sm text-muted">
          No prompt and no answer has all of these words. A word that goes on is found with a star:{' '}
          <code className="font-mono">pref*</code>
        </p>
      )}
      {data !== undefined && data.hits.length > 0 && (
        <ul aria-labelledby={titleId} className="divide-y divide-line rounded-lg border border-line bg-panel">
          {data.hits.map((hit) => (
            <Hit key={`${hit.sessionId} ${hit.seq}`} hit={hit} />
          ))}
        </ul>
      )}
      {data?.more && (
        <Button onClick={() => setPages(pages + 1)} className="self-center">
          Show more places
        </Button>
      )}
    </section>
  );
}

function Hit({ hit }: { hit: SearchHit }) {
  const { sessionId, seq, kind, ts, snippet, marks } = hit;
  const { data: session } = useSession(sessionId);
  const Icon = kind === 'prompt' ? UserRound : Bot;
  return (
    <li className="group relative flex flex-col gap-1 px-4 py-3 first:rounded-t-lg last:rounded-b-lg hover:bg-sunken">
      <div className="flex items-center gap-2 text-xs text-muted">
        <Icon size={14} aria-hidden className="shrink-0" />
        <span className="shrink-0">{kind === 'prompt' ? 'Prompt' : 'Answer'} in</span>
        <Link
          to="/sessions/$sessionId"
          params={{ sessionId }}
          search={{ seq }}
          className="min-w-0 truncate font-medium text-ink group-hover:text-accent after:absolute after:inset-0"
        >
          {session?.name ?? sessionId}
        </Link>
        <span className="ml-auto shrink-0">
          <TimeAgo at={ts} />
        </span>
      </div>
      <p className="line-clamp-3 text-sm break-words">
        {markedParts(snippet, marks).map(({ text, marked, start }) =>
          marked ? (
            <mark key={start} className="rounded-sm bg-attention-soft px-0.5 font-medium text-attention">
              {text}
            </mark>
          ) : (
            <span key={start}>{text}</span>
          ),
        )}
      </p>
    </li>
  );
}
