import { CircleAlert, Info, TriangleAlert } from 'lucide-react';
import { classes } from '../../../parts/classes';
import type { Notice } from './model/items';

const looks = {
  info: { icon: Info, look: 'text-muted' },
  warn: { icon: TriangleAlert, look: 'text-attention' },
  error: { icon: CircleAlert, look: 'text-bad' },
};

export function NoticeRow({ notice: { level, words } }: { notice: Notice }) {
  const { icon: Icon, look } = looks[level];
  return (
    <p className={classes('flex items-start gap-2 text-sm', look)}>
      <Icon size={16} aria-hidden className="mt-0.5 shrink-0" />
      <span className="min-w-0 wrap-anywhere">{words}</span>
    </p>
  );
}
