/**
 * Desktop notifications of what waits for a person. Off until somebody asks for them; the choice is of this browser. A
 * page that came over plain HTTP from elsewhere than loopback may show none.
 */
import { useSyncExternalStore } from 'react';
import { keep, readKept } from '../data/kept';

/** `blocked`: the person, or the browser for this page, said no; only the settings of the browser change that. */
export type NotificationChoice = 'unsupported' | 'blocked' | 'off' | 'on';

const key = 'quarterdeck.notifications';
const listeners = new Set<() => void>();
/** Phones have the word and not the thing. */
let unsupported = !('Notification' in globalThis);

function readChoice(): NotificationChoice {
  if (unsupported) return 'unsupported';
  if (Notification.permission === 'denied') return 'blocked';
  return Notification.permission === 'granted' && readKept(key) === 'on' ? 'on' : 'off';
}

function tellAll(): void {
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function useNotificationChoice(): NotificationChoice {
  return useSyncExternalStore(subscribe, readChoice);
}

/** Asks the browser where it was not asked yet, and shows a first one, so that it is known what they look like. */
export async function turnNotificationsOn(): Promise<void> {
  keep(key, 'on');
  if (Notification.permission === 'default') await Notification.requestPermission();
  notify('quarterdeck', 'Quarterdeck tells you here', 'when an agent waits for your answer.', () => focus());
  tellAll();
}

export function turnNotificationsOff(): void {
  keep(key, undefined);
  tellAll();
}

/** Nothing happens unless they are on. What has a tag that is shown takes its place, whichever tab it came from. */
export function notify(
  tag: string,
  title: string,
  body: string,
  onClick: () => void,
): Notification | undefined {
  if (readChoice() !== 'on') return undefined;
  try {
    const shown = new Notification(title, { tag, body, icon: '/favicon.svg' });
    shown.onclick = () => {
      focus();
      onClick();
      shown.close();
    };
    return shown;
  } catch {
    unsupported = true;
    tellAll();
    return undefined;
  }
}
