/**
 * `npm test`: sets up what is missing, among it the one real agent that runs everywhere, and runs every suite. Further
 * arguments go to the test runner.
 */
import { installAgent } from './agents.mjs';
import { setup } from './setup.mjs';
import { runTool } from './tool.mjs';

setup();
installAgent('pi');
process.exitCode = runTool('vitest/vitest.mjs', ['run', ...process.argv.slice(2)]);
