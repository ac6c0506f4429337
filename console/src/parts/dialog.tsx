/**
 * A modal dialog: the element of the platform, which keeps the focus inside, closes by Escape, and gives the focus back.
 * It is there while it is open, and so begins anew each time: at its first field or at what has `firstFocus`.
 */
import { X } from 'lucide-react';
import { type ReactNode, useEffect, useId, useRef } from 'react';
import { IconButton } from './button';

/** Of a button: where a dialog without fields begins. */
export const firstFocus = { 'data-first-focus': '' } as const;

interface DialogProps {
  title: string;
  onClose: () => void;
  children: ReactNode;
  /** Buttons, at the end. */
  footer?: ReactNode;
}

export function Dialog({ title, onClose, children, footer }: DialogProps) {
  const element = useRef<HTMLDialogElement>(null);
  const titleId = useId();
  useEffect(() => {
    const dialog = element.current;
    dialog?.showModal();
    // React focuses what has `autoFocus` before this, while it is not shown yet.
    dialog?.querySelector<HTMLElement>('input, textarea, select, [data-first-focus]')?.focus();
    return () => dialog?.close();
  }, []);
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: Escape closes it by keyboard, by the element itself.
    <dialog
      ref={element}
      aria-labelledby={titleId}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
      onClick={(event) => {
        if (event.target === element.current) onClose();
      }}
      className="m-auto w-[min(40rem,calc(100vw-1.5rem))] rounded-lg border border-line bg-panel p-0 text-ink shadow-2xl"
    >
      <div className="flex max-h-[calc(100dvh-3rem)] flex-col">
        <header className="flex items-center justify-between gap-4 border-b border-line px-5 py-3">
          <h2 id={titleId} className="text-base font-semibold">
            {title}
          </h2>
          <IconButton label="Close" onClick={onClose}>
            <X size={18} aria-hidden />
          </IconButton>
        </header>
        <div className="flex flex-col gap-4 overflow-y-auto px-5 py-4">{children}</div>
        {footer !== undefined && (
          <footer className="flex flex-wrap justify-end gap-2 border-t border-line px-5 py-3">
            {footer}
          </footer>
        )}
      </div>
    </dialog>
  );
}
