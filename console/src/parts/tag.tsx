import type { ReactNode } from 'react';
import { classes } from './classes';

const looks = {
  plain: 'bg-sunken text-muted',
  accent: 'bg-accent-soft text-accent',
  good: 'bg-good-soft text-good',
  attention: 'bg-attention-soft text-attention',
  bad: 'bg-bad-soft text-bad',
};

export type TagLook = keyof typeof looks;

/** A word or two about the thing beside it. */
export function Tag({ look = 'plain', children }: { look?: TagLook; children: ReactNode }) {
  return (
    <span
      className={classes(
        'inline-flex items-center gap-1 rounded-full px-2 py-0.5 text-xs font-medium whitespace-nowrap',
        looks[look],
      )}
    >
      {children}
    </span>
  );
}
