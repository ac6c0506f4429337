import { Dialog } from '../parts/dialog';
import { ShortcutList } from './shortcut-list';

export function ShortcutHelp({ onClose }: { onClose: () => void }) {
  return (
    <Dialog title="Keys" onClose={onClose}>
      <ShortcutList />
    </Dialog>
  );
}
