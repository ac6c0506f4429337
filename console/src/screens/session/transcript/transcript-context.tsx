/** What rows need beside their item: the session, and what a person opened. */
import type { Session } from 'quarterdeck/client';
import { createContext, useContext } from 'react';
import type { Opened } from './model/rows';

export interface TranscriptSurroundings {
  session: Session;
  /** Tool calls, by key. */
  opened: Opened;
  toggle: (key: string, open: boolean) => void;
  /** The request to whose refusal a word is being written. */
  refusing: string | undefined;
  setRefusing: (requestId: string | undefined) => void;
}

export const TranscriptContext = createContext<TranscriptSurroundings | undefined>(undefined);

export function useTranscript(): TranscriptSurroundings {
  const surroundings = useContext(TranscriptContext);
  if (surroundings === undefined) throw new Error('a row stands outside of a transcript');
  return surroundings;
}
