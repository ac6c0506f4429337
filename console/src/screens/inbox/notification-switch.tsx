import { Bell, BellOff, BellRing } from 'lucide-react';
import { turnNotificationsOff, turnNotificationsOn, useNotificationChoice } from '../../app/notifications';
import { Button } from '../../parts/button';

/** Whether this browser tells of what waits while nobody looks. */
export function NotificationSwitch() {
  const choice = useNotificationChoice();
  if (choice === 'unsupported') return <Note>This browser shows no notifications for this page.</Note>;
  if (choice === 'blocked') {
    return <Note>Notifications are blocked for this page: allow them in the settings of the browser.</Note>;
  }
  return choice === 'on' ? (
    <Button icon={<BellRing size={16} aria-hidden />} onClick={turnNotificationsOff}>
      Notifications are on
    </Button>
  ) : (
    <Button icon={<Bell size={16} aria-hidden />} onClick={() => void turnNotificationsOn()}>
      Notify me on this device
    </Button>
  );
}

function Note({ children }: { children: string }) {
  return (
    <p className="flex max-w-80 items-center gap-2 text-xs text-muted">
      <BellOff size={16} aria-hidden className="shrink-0" />
      {children}
    </p>
  );
}
