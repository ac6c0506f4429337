/** Says that something waits for a person, whatever screen is open: in the title of the tab, and on the desktop. */
import { useNavigate } from '@tanstack/react-router';
import { useEffect, useRef } from 'react';
import { useWaiting, useWaitingCount, type Waiting } from '../data/waiting';
import { useTitleBadge } from '../parts/page';
import { summaryOf } from '../parts/tool-input';
import { notify } from './notifications';

/** As many at once are told one by one; more are told together. */
const singlyMax = 3;

export function WaitingSignals() {
  const { data } = useWaiting();
  useTitleBadge(useWaitingCount());
  useNotifications(data);
  return null;
}

/** What was there when the page opened is no news, and nobody who is looking has to be told. */
function useNotifications(all: readonly Waiting[] | undefined): void {
  const navigate = useNavigate();
  const told = useRef<Set<string>>(undefined);
  const shown = useRef(new Map<string, Notification>());
  useEffect(() => {
    if (all === undefined) return;
    const waiting = all.filter(({ needsPerson }) => needsPerson);
    const ids = new Set(waiting.map(({ id }) => id));
    const isNew = (one: Waiting) => told.current?.has(one.id) === false;
    const news = document.hasFocus() ? [] : waiting.filter(isNew);
    told.current = ids;
    for (const [id, notification] of shown.current) {
      if (ids.has(id)) continue;
      notification.close();
      shown.current.delete(id);
    }
    const open = () => void navigate({ to: '/inbox' });
    if (news.length > singlyMax) notify('quarterdeck', `${waiting.length} things wait for you`, '', open);
    else {
      for (const one of news) {
        const notification = notify(one.id, titleOf(one), bodyOf(one), open);
        if (notification !== undefined) shown.current.set(one.id, notification);
      }
    }
  }, [all, navigate]);
}

function titleOf(waiting: Waiting): string {
  if (waiting.kind === 'permission') return `${waiting.permission.toolName} waits for permission`;
  return waiting.run.parked.reason === 'budget' ? 'A budget is used up' : 'A usage limit was reached';
}

function bodyOf(waiting: Waiting): string {
  const about =
    waiting.kind === 'permission' ? summaryOf(waiting.permission.toolInput) : waiting.run.inputPreview;
  return about === '' ? waiting.projectId : `${waiting.projectId}: ${about}`;
}
