/** Short words on what an action came to, told to screen readers as well. */
import { X } from 'lucide-react';
import { createContext, type ReactNode, useCallback, useContext, useMemo, useRef, useState } from 'react';
import { IconButton } from './button';
import { classes } from './classes';
import { wordsOf } from './notices';

interface Toast {
  id: number;
  words: string;
  kind: 'done' | 'failed';
}

interface Toasts {
  done: (words: string) => void;
  failed: (error: unknown) => void;
  /**
   * Tells what an action came to, also where what asked for it is gone by then: what is given to `mutate` is not called any
   * more once an event has taken its component away. Callbacks there are for what concerns that component alone.
   */
  follow: <T>(action: Promise<T>, words: string, more?: Following<T>) => void;
}

interface Following<T> {
  /** Not called when the action fails. */
  onDone?: (result: T) => void;
  /** Whoever asked says what went wrong. */
  showsError?: boolean;
}

const doneMs = 5000;
/** Who reads it may have to do something. */
const failedMs = 20_000;
const shownMax = 4;

const ToastContext = createContext<Toasts | undefined>(undefined);

export function useToasts(): Toasts {
  const toasts = useContext(ToastContext);
  if (toasts === undefined) throw new Error('useToasts stands outside of ToastProvider');
  return toasts;
}

export function ToastProvider({ children }: { children: ReactNode }) {
  const [toasts, setToasts] = useState<readonly Toast[]>([]);
  const nextId = useRef(1);
  const drop = useCallback((id: number) => setToasts((now) => now.filter((toast) => toast.id !== id)), []);
  const value = useMemo<Toasts>(() => {
    const show = (words: string, kind: Toast['kind']) => {
      const id = nextId.current++;
      setToasts((now) => [...now.slice(1 - shownMax), { id, words, kind }]);
      setTimeout(() => drop(id), kind === 'done' ? doneMs : failedMs);
    };
    const done = (words: string) => show(words, 'done');
    const failed = (error: unknown) => show(wordsOf(error), 'failed');
    const follow = <T,>(action: Promise<T>, words: string, more: Following<T> = {}) => {
      const succeeded = (result: T) => {
        done(words);
        more.onDone?.(result);
      };
      void action.then(succeeded, more.showsError === true ? () => undefined : failed);
    };
    return { done, failed, follow };
  }, [drop]);
  return (
    <ToastContext value={value}>
      {children}
      <div
        role="status"
        className="fixed right-4 bottom-20 z-50 flex w-80 max-w-[calc(100vw-2rem)] flex-col gap-2 lg:bottom-4"
      >
        {toasts.map(({ id, words, kind }) => (
          <div
            key={id}
            className={classes(
              'flex items-center gap-2 rounded-md border bg-panel py-1 pr-1 pl-4 text-sm shadow-lg',
              kind === 'failed' ? 'border-bad text-bad' : 'border-line',
            )}
          >
            <p className="min-w-0 flex-1 break-words">{words}</p>
            <IconButton label="Dismiss" onClick={() => drop(id)}>
              <X size={16} aria-hidden />
            </IconButton>
          </div>
        ))}
      </div>
    </ToastContext>
  );
}
