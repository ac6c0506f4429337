/** `npm run soak`: sets up what is missing, builds the bench and lets a server live under load. */
import { setup } from './setup.mjs';
import { runTool } from './tool.mjs';

setup();
const built = runTool('typescript/bin/tsc', ['-p', 'bench/tsconfig.json']);
if (built !== 0) process.exit(built);
await import('../.cache/bench/bench/soak/main.js');
