/** The table on stdout and the file of results. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { availableParallelism, loadavg } from 'node:os';
import { dirname } from 'node:path';
import { type Figure, type PartResult, ratioOf } from './figures.js';
import { resultsFile } from './paths.js';

const columns = ['figure', 'product', 'floor', 'ratio', 'aim'] as const;
const nameChars = 62;
const numberChars = 16;
const ratioChars = 7;

/** What others did on the machine when the bench began: times and rates mean little when it was much. */
const busyBefore = loadavg()[0] ?? 0;
const cores = availableParallelism();

export function printHead(): void {
  const busy = busyBefore > cores / 2 ? ': it is busy, so trust the ratios and the CPU figures only' : '';
  process.stdout.write(`${cores} cores, load of the machine before ${busyBefore.toFixed(1)}${busy}\n\n`);
  process.stdout.write(`${row(columns)}\n`);
}

export function printPart({ part, seconds, figures }: PartResult): void {
  const lines = figures.flatMap((figure) => {
    const ratio = ratioOf(figure);
    const aim = figure.aim === undefined ? '' : `${figure.aim.words}: ${figure.aim.met ? 'met' : 'MISSED'}`;
    const floor = figure.floor === undefined ? '' : amount(figure.floor, figure);
    const cells = [
      figure.name,
      amount(figure.value, figure),
      floor,
      ratio === undefined ? '' : ratio.toFixed(2),
      aim,
    ];
    return figure.note === undefined ? [row(cells)] : [row(cells), `    (${figure.note})`];
  });
  process.stdout.write(`\n${part}, ${seconds.toFixed(1)} s\n${lines.join('\n')}\n`);
}

export function writeResults(results: readonly PartResult[], quick: boolean): void {
  mkdirSync(dirname(resultsFile), { recursive: true });
  const { version, platform, arch } = process;
  const about = {
    measuredAt: new Date().toISOString(),
    node: version,
    platform,
    arch,
    cores,
    busyBefore,
    quick,
  };
  const withRatios = results.map((result) => ({
    ...result,
    figures: result.figures.map((figure) => ({ ...figure, ratio: ratioOf(figure) })),
  }));
  writeFileSync(resultsFile, `${JSON.stringify({ ...about, parts: withRatios }, undefined, 2)}\n`);
}

function amount(value: number, { unit }: Figure): string {
  const digits = Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : 2;
  const number = value.toLocaleString('en', { minimumFractionDigits: digits, maximumFractionDigits: digits });
  return unit === '/s' ? `${number}/s` : `${number} ${unit === 's per million' ? 's/M' : unit}`;
}

function row([name = '', value = '', floor = '', ratio = '', aim = '']: readonly string[]): string {
  const numbers = `${value.padStart(numberChars)}${floor.padStart(numberChars)}${ratio.padStart(ratioChars)}`;
  return `${name.padEnd(nameChars)}${numbers}  ${aim}`.trimEnd();
}
