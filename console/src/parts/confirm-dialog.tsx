import type { ReactNode } from 'react';
import { Button } from './button';
import { Dialog, firstFocus } from './dialog';

interface ConfirmDialogProps {
  title: string;
  /** What happens, on the button that has it happen. */
  action: string;
  onConfirm: () => void;
  onClose: () => void;
  /** What it comes to. */
  children: ReactNode;
}

/** Asks before many things are undone by one press. */
export function ConfirmDialog({ title, action, onConfirm, onClose, children }: ConfirmDialogProps) {
  const confirm = () => {
    onClose();
    onConfirm();
  };
  return (
    <Dialog
      title={title}
      onClose={onClose}
      footer={
        <>
          <Button onClick={onClose}>Back</Button>
          <Button {...firstFocus} look="danger" onClick={confirm}>
            {action}
          </Button>
        </>
      }
    >
      <div className="text-sm">{children}</div>
    </Dialog>
  );
}
