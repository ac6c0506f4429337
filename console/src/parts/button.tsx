import type { ButtonHTMLAttributes, ReactNode } from 'react';
import { classes } from './classes';

const looks = {
  primary: 'bg-accent text-accent-ink border-transparent hover:bg-accent-strong',
  plain: 'bg-panel text-ink border-line hover:border-line-strong',
  quiet: 'bg-transparent text-muted border-transparent hover:bg-sunken hover:text-ink',
  danger: 'bg-panel text-bad border-line hover:border-bad hover:bg-bad-soft',
};

interface ButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  look?: keyof typeof looks;
  /** Stands before the words. */
  icon?: ReactNode;
  /** As wide as it is high, for an icon alone. */
  square?: boolean;
}

export function Button({ look = 'plain', icon, square = false, className, children, ...rest }: ButtonProps) {
  return (
    <button
      type="button"
      className={classes(
        'inline-flex min-h-9 items-center justify-center gap-2 rounded-md border text-sm font-medium whitespace-nowrap transition-colors disabled:opacity-50',
        square ? 'w-9 shrink-0' : 'px-3',
        looks[look],
        className,
      )}
      {...rest}
    >
      {icon}
      {children}
    </button>
  );
}

interface IconButtonProps extends Omit<ButtonProps, 'icon' | 'square' | 'children'> {
  /** Its accessible name, and what the pointer is told. */
  label: string;
  children: ReactNode;
}

export function IconButton({ label, look = 'quiet', className, children, ...rest }: IconButtonProps) {
  return (
    <Button look={look} square aria-label={label} title={label} className={className} {...rest}>
      {children}
    </Button>
  );
}
