/** `npm test`: sets up what is missing and runs every suite. Further arguments go to the test runner. */
import { setup } from './setup.mjs';
import { runTool } from './tool.mjs';

setup();
process.exitCode = runTool('vitest/vitest.mjs', ['run', ...process.argv.slice(2)]);
