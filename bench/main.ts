/** `npm run bench [-- NAME … --quick --profile FOLDER]`: measures the real program beside what is possible at all. */
import { parseArgs } from 'node:util';
import { admissions } from './parts/admissions.js';
import { append } from './parts/append.js';
import { commandsPart } from './parts/commands.js';
import { consolePage } from './parts/console.js';
import { fanOut } from './parts/fan-out.js';
import { lag } from './parts/lag.js';
import { memory } from './parts/memory.js';
import { oneQueue } from './parts/one-queue.js';
import { pages } from './parts/pages.js';
import { start } from './parts/start.js';
import { turnaround } from './parts/turnaround.js';
import type { Part, PartResult } from './run/figures.js';
import { cleanUpAtExit } from './run/leftovers.js';
import { profiling } from './run/product-server.js';
import { printHead, printPart, writeResults } from './run/report.js';

const parts: Record<string, Part> = {
  start,
  commands: commandsPart,
  admissions,
  turnaround,
  'one-queue': oneQueue,
  lag,
  append,
  'fan-out': fanOut,
  pages,
  memory,
  console: consolePage,
};

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { quick: { type: 'boolean', default: false }, profile: { type: 'string' } },
});
const unknown = positionals.filter((name) => !(name in parts));
if (unknown.length > 0) {
  process.stderr.write(
    `bench: there is no part "${unknown.join('", "')}". Parts: ${Object.keys(parts).join(', ')}\n`,
  );
  process.exit(2);
}

cleanUpAtExit();
profiling.folder = values.profile;
const results: PartResult[] = [];
const context = {
  quick: values.quick,
  say: (words: string) => void process.stderr.write(`bench: ${words}\n`),
};
printHead();
for (const [name, measure] of Object.entries(parts)) {
  if (positionals.length > 0 && !positionals.includes(name)) continue;
  const startedMs = performance.now();
  const figures = await measure(context);
  const result = { part: name, seconds: (performance.now() - startedMs) / 1000, figures };
  results.push(result);
  printPart(result);
}
writeResults(results, values.quick);
process.exit(0);
