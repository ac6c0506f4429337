import { resolve } from 'node:path';

/** Tests start what was built, as the server does; the one place that knows where it lies. */
const root = resolve(import.meta.dirname, '../../..');

export const builtinAgentProgram = [process.execPath, resolve(root, 'dist/harness/builtin/agent/main.js')];
export const builtinHarnessModule = resolve(root, 'dist/harness/builtin/index.js');
export const processModule = resolve(root, 'dist/harness/process/index.js');
