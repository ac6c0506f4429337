/** Colours of code. They come in a file of their own, when the first code is shown. */
import type { HLJSApi } from 'highlight.js';
import { useEffect, useSyncExternalStore } from 'react';

let highlighter: HLJSApi | undefined;
let asked = false;
const listeners = new Set<() => void>();

async function load(): Promise<void> {
  if (asked) return;
  asked = true;
  highlighter = (await import('highlight.js/lib/common')).default;
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Markup of the code, escaped; `undefined` while there are no colours for it. */
export function useHighlighted(
  text: string,
  language: string | undefined,
  wanted: boolean,
): string | undefined {
  const ready = useSyncExternalStore(subscribe, () => highlighter);
  const coloured = wanted && language !== undefined;
  useEffect(() => {
    if (coloured) void load();
  }, [coloured]);
  if (!coloured || ready?.getLanguage(language) === undefined) return undefined;
  return ready.highlight(text, { language, ignoreIllegals: true }).value;
}
