/** An extension that Pi loads in tests, to make it do what no prompt can: break its protocol, die, or ask. */
import { spawn } from 'node:child_process';
import { writeSync } from 'node:fs';

const rules = [
  [/^Write garbage/, () => writeSync(1, 'this is not JSON\n')],
  [/^Crash with (\d+)/, (_, code) => process.exit(Number(code))],
  [/^Do not stop, and run: (.*)$/s, runDeaf],
  [/^Ask me to choose/, (ui) => ui.select('Which?', ['one', 'other'])],
  [/^Ask me whether/, (ui) => ui.confirm('Whether?', 'Or not.')],
];

export default function mischief(pi) {
  pi.on('input', async ({ text }, { ui }) => {
    for (const [pattern, act] of rules) {
      const match = pattern.exec(text);
      if (match === null) continue;
      ui.notify(`It came to ${String(await act(ui, match[1]))}.`, 'warning');
      return { action: 'handled' };
    }
    return { action: 'continue' };
  });
}

function runDeaf(_, command) {
  spawn('/bin/sh', ['-c', `trap '' TERM; ${command}`], { stdio: 'ignore' });
  return new Promise(() => undefined);
}
