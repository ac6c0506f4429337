import type { SearchHit } from '../../contract/index.js';
import type { SearchTerm } from '../search-text.js';

export interface TextQuery {
  /** All of them must be found. */
  terms: readonly SearchTerm[];
  projectId?: string;
  sessionId?: string;
  limit: number;
  cursor?: string;
}

export interface FoundText extends Omit<SearchHit, 'snippet' | 'marks'> {
  text: string;
  /** Of a query that goes on behind it. */
  cursor: string;
}

/** Prompts, as they were last worded, and messages (`searchableText`) by their words, whatever case and accents they have. */
export interface SearchStore {
  /** Brings the index up to date with one portion of what was appended. True: there may be more. */
  indexLogs(): Promise<boolean>;
  /** What the index has, newest first. Nothing of a session that is deleted, nor of events that were removed. */
  findText(query: TextQuery): Promise<FoundText[]>;
}
