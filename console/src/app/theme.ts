/** Light, dark, or as the device has it. `public/theme.js` sets the same before the first paint. */
import { useSyncExternalStore } from 'react';
import { keep, readKept } from '../data/kept';

export const themes = ['system', 'light', 'dark'] as const;
export type Theme = (typeof themes)[number];

const key = 'quarterdeck.theme';
const darkDevice = matchMedia('(prefers-color-scheme: dark)');
const listeners = new Set<() => void>();

function readTheme(): Theme {
  const kept = readKept(key);
  return kept === 'light' || kept === 'dark' ? kept : 'system';
}

function apply(): void {
  const theme = readTheme();
  const shown = theme === 'system' ? (darkDevice.matches ? 'dark' : 'light') : theme;
  document.documentElement.dataset.theme = shown;
  for (const listener of listeners) listener();
}

darkDevice.addEventListener('change', apply);

export function setTheme(theme: Theme): void {
  keep(key, theme === 'system' ? undefined : theme);
  apply();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function useTheme(): Theme {
  return useSyncExternalStore(subscribe, readTheme);
}

/** What is shown now, also where the device decides. */
export function useShownTheme(): string {
  return useSyncExternalStore(subscribe, () => document.documentElement.dataset.theme ?? 'light');
}
