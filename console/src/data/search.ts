import { keepPreviousData, useQuery } from '@tanstack/react-query';
import type { SearchHit } from 'quarterdeck/client';
import { useClient } from './client';
import { keys } from './keys';

const hitsPage = 20;

export interface Hits {
  hits: SearchHit[];
  /** There may be more behind them. */
  more: boolean;
}

/** What was asked and answered, in any session: the first `pages` pages of what has the words, newest first. */
export function useContentSearch(words: string, projectId: string | undefined, pages: number) {
  const client = useClient();
  return useQuery({
    queryKey: keys.search({ words, projectId, pages }),
    enabled: words !== '',
    placeholderData: keepPreviousData,
    queryFn: async ({ signal }): Promise<Hits> => {
      const hits: SearchHit[] = [];
      const query = { q: words, limit: hitsPage, ...(projectId === undefined ? {} : { projectId }) };
      let pagesRead = 0;
      for await (const page of client.pages('search', { query }, { signal })) {
        hits.push(...page.hits);
        pagesRead += 1;
        if (page.hits.length < hitsPage) return { hits, more: false };
        if (pagesRead === pages) break;
      }
      return { hits, more: true };
    },
  });
}
