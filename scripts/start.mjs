/** `npm start`: sets up what is missing, then becomes the server, in this one process, so that signals reach it. */
import { setup } from './setup.mjs';

setup();
process.argv.splice(2, 0, 'serve');
await import('../dist/main.js');
