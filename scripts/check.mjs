/** `npm run check`: format, lint, types, arrows. Stops at the first that fails. */
import { setup } from './setup.mjs';
import { runTool } from './tool.mjs';

setup();
const steps = [
  ['format and lint', '@biomejs/biome/bin/biome', ['check', '--error-on-warnings', '.']],
  ['types', 'typescript/bin/tsc', ['-p', 'tsconfig.json']],
  ['types of the console', 'typescript/bin/tsc', ['-p', 'console']],
  ['arrows', 'vitest/vitest.mjs', ['run', 'test/architecture']],
];
for (const [name, script, args] of steps) {
  const status = runTool(script, args);
  process.stderr.write(`check: ${name}: ${status === 0 ? 'ok' : 'failed'}\n`);
  if (status !== 0) process.exit(status);
}
