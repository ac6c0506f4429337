/** A button that opens a list of actions. Arrows move in it, Escape closes it and gives the focus back. */
import { DropdownMenu } from 'radix-ui';
import type { ReactNode } from 'react';
import { IconButton } from './button';
import { classes } from './classes';

interface MenuProps {
  /** The accessible name of the button. */
  label: string;
  icon: ReactNode;
  children: ReactNode;
}

export function Menu({ label, icon, children }: MenuProps) {
  return (
    // Not modal: that would need styles within the page, which its policy refuses.
    <DropdownMenu.Root modal={false}>
      <DropdownMenu.Trigger asChild>
        <IconButton label={label}>{icon}</IconButton>
      </DropdownMenu.Trigger>
      {/* In its place and not at the end of the page, where it would be in no part of it. */}
      <DropdownMenu.Content
        align="end"
        sideOffset={4}
        collisionPadding={8}
        className="z-30 min-w-44 rounded-md border border-line bg-panel p-1 text-sm text-ink shadow-lg"
      >
        {children}
      </DropdownMenu.Content>
    </DropdownMenu.Root>
  );
}

interface MenuItemProps {
  icon: ReactNode;
  look?: 'plain' | 'danger';
  disabled?: boolean;
  onSelect: () => void;
  children: ReactNode;
}

export function MenuItem({ icon, look = 'plain', disabled = false, onSelect, children }: MenuItemProps) {
  return (
    <DropdownMenu.Item
      disabled={disabled}
      onSelect={onSelect}
      className={classes(
        'flex min-h-9 cursor-pointer items-center gap-2.5 rounded px-2.5 outline-none data-disabled:opacity-50',
        look === 'danger'
          ? 'text-bad data-highlighted:bg-bad-soft'
          : 'data-highlighted:bg-accent-soft data-highlighted:text-accent',
      )}
    >
      {icon}
      {children}
    </DropdownMenu.Item>
  );
}
