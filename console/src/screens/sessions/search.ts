/** What of the sessions is shown, as the address of the screen has it. */
import type { Session } from 'quarterdeck/client';

export interface SessionsSearch {
  /** Of names, and of what was asked and answered. */
  q?: string;
  project?: string;
  target?: string;
  status?: Session['status'];
  /** Pages of the list that are shown. */
  pages?: number;
}

const statuses: readonly Session['status'][] = [
  'running',
  'awaiting_permission',
  'parked',
  'queued',
  'idle',
  'archived',
];
const pagesMax = 20;

/** People edit addresses: what is none is left out. */
export function readSessionsSearch(raw: Record<string, unknown>): SessionsSearch {
  const { q, project, target, status, pages } = raw;
  return {
    ...(isWord(q) && { q: String(q) }),
    ...(isWord(project) && { project: String(project) }),
    ...(isWord(target) && { target: String(target) }),
    ...(statuses.includes(status as Session['status']) && { status: status as Session['status'] }),
    ...(typeof pages === 'number' && pages > 1 && { pages: Math.min(Math.floor(pages), pagesMax) }),
  };
}

/** The router reads `?q=42` as a number. */
function isWord(value: unknown): boolean {
  return (typeof value === 'string' && value !== '') || typeof value === 'number';
}
