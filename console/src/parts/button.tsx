import type { ButtonHTMLAttributes, ReactNode } from 'react';
import { classes } from './classes';

const looks = {
  primary: 'bg-accent text-accent-ink border-transparent hover:bg-accent-strong',
  plain: 'bg-panel text-ink border-line hover:border-line-strong',
  quiet: 'bg-transparent text-muted border-transparent hover:bg-sunken hover:text-ink',
  danger: 'bg-panel text-bad border-line hover:border-bad hover:bg-bad-soft',
};

const sizes = {
  normal: { height: 'min-h-9', words: 'gap-2 px-3 text-sm', square: 'w-9' },
  /** Within text and cards. Under a finger it is as large as the others. */
  small: {
    height: 'min-h-7 pointer-coarse:min-h-9',
    words: 'gap-1.5 px-2 text-xs',
    square: 'w-7 pointer-coarse:w-9',
  },
};

interface ButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  look?: keyof typeof looks;
  size?: keyof typeof sizes;
  /** Stands before the words. */
  icon?: ReactNode;
  /** As wide as it is high, for an icon alone. */
  square?: boolean;
}

export function Button({
  look = 'plain',
  size = 'normal',
  icon,
  square = false,
  className,
  children,
  ...rest
}: ButtonProps) {
  return (
    <button
      type="button"
      className={classes(
        'inline-flex items-center justify-center rounded-md border font-medium whitespace-nowrap transition-colors disabled:opacity-50',
        sizes[size].height,
        square ? `${sizes[size].square} shrink-0` : sizes[size].words,
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
