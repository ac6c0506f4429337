import { fileURLToPath } from 'node:url';

/** The compiled bench stands in `.cache/bench/bench/run`. */
export const root = fileURLToPath(new URL('../../../../', import.meta.url));
export const program = `${root}dist/main.js`;
export const resultsFile = `${root}bench/results/latest.json`;
