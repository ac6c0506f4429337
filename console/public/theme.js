// Runs before the first paint, so that a page in the dark does not flash white.
(() => {
  const dark = matchMedia('(prefers-color-scheme: dark)').matches;
  document.documentElement.dataset.theme = dark ? 'dark' : 'light';
  try {
    const chosen = localStorage.getItem('quarterdeck.theme');
    if (chosen === 'light' || chosen === 'dark') document.documentElement.dataset.theme = chosen;
  } catch {
    // A browser may forbid to keep anything.
  }
})();
