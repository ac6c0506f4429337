/** Files of the console that did not come: the server has another version by now, or does not answer. */
const missing = new WeakSet<object>();

addEventListener('vite:preloadError', (event) => {
  missing.add((event as Event & { payload: Error }).payload);
});

export function isMissingPart(error: unknown): boolean {
  return typeof error === 'object' && error !== null && missing.has(error);
}
