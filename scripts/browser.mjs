/**
 * The browser that tests of the console drive: a Chromium of the machine, because a download of its own would come from
 * neither registry. Debian's is installed where this may be done without asking; elsewhere the suites say what is missing.
 */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';

const places = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];

/** The path of its program; nothing when there is none. */
export function findBrowser() {
  return [process.env.QUARTERDECK_BROWSER, ...places].find((path) => path && existsSync(path));
}

/** Leaves it at what there is where it may not install: the suites of the browser are skipped then, with the reason. */
export function installBrowser() {
  const mayInstall = process.getuid?.() === 0 && existsSync('/usr/bin/apt-get');
  if (findBrowser() !== undefined || !mayInstall) return;
  process.stderr.write('quarterdeck: installing chromium for tests …\n');
  for (const args of [['update'], ['install', '-y', '--no-install-recommends', 'chromium']]) {
    spawnSync('apt-get', ['-qq', ...args], {
      stdio: ['ignore', 'ignore', 2],
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    });
  }
}
