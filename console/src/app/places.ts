/** Where one can go, in the order of the navigation. */
import { Activity, ChartColumn, FolderGit2, Inbox, MessagesSquare, Settings } from 'lucide-react';

export const places = [
  { to: '/', label: 'Overview', icon: Activity, keys: 'g o' },
  { to: '/sessions', label: 'Sessions', icon: MessagesSquare, keys: 'g s' },
  { to: '/inbox', label: 'Inbox', icon: Inbox, keys: 'g i' },
  { to: '/projects', label: 'Projects', icon: FolderGit2, keys: 'g p' },
  { to: '/usage', label: 'Usage', icon: ChartColumn, keys: 'g u' },
  { to: '/settings', label: 'Settings', icon: Settings, keys: 'g t' },
] as const;
