/**
 * What this browser keeps for the person: on the device, or for the tab alone. A browser may forbid it or have no room
 * left; then it is kept until the page is left, and nothing breaks.
 */
export type KeptPlace = 'device' | 'tab';

const notStored = new Map<string, string>();

export function readKept(key: string, place: KeptPlace = 'device'): string | undefined {
  const unstored = notStored.get(`${place} ${key}`);
  if (unstored !== undefined) return unstored;
  try {
    return storageOf(place).getItem(key) ?? undefined;
  } catch {
    return undefined;
  }
}

/** `undefined` forgets it. */
export function keep(key: string, value: string | undefined, place: KeptPlace = 'device'): void {
  notStored.delete(`${place} ${key}`);
  try {
    if (value === undefined) storageOf(place).removeItem(key);
    else storageOf(place).setItem(key, value);
  } catch {
    if (value !== undefined) notStored.set(`${place} ${key}`, value);
  }
}

function storageOf(place: KeptPlace): Storage {
  return place === 'tab' ? sessionStorage : localStorage;
}
