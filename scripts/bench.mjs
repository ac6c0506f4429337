/** `npm run bench`: sets up what is missing, builds the bench and runs it. */
import { setup } from './setup.mjs';
import { runTool } from './tool.mjs';

setup();
const built = runTool('typescript/bin/tsc', ['-p', 'bench/tsconfig.json']);
if (built !== 0) process.exit(built);
await import('../.cache/bench/bench/main.js');
