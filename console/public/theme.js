// Runs before the first paint, so that a page in the dark does not flash white.
(() => {
  const chosen = localStorage.getItem('quarterdeck.theme');
  const dark = matchMedia('(prefers-color-scheme: dark)').matches;
  document.documentElement.dataset.theme =
    chosen === 'light' || chosen === 'dark' ? chosen : dark ? 'dark' : 'light';
})();
