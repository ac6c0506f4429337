import { Kbd } from '../parts/kbd';
import { useShortcutList } from './shortcuts';

/** The keys that work at this moment. */
export function ShortcutList() {
  const shortcuts = useShortcutList();
  return (
    <dl className="grid grid-cols-[auto_1fr] items-center gap-x-4 gap-y-2 text-sm">
      {shortcuts.map(({ keys, label }) => (
        <div key={`${keys} ${label}`} className="contents">
          <dt className="justify-self-end">
            <Kbd keys={keys} />
          </dt>
          <dd>{label}</dd>
        </div>
      ))}
    </dl>
  );
}
