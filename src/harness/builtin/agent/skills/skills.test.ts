import { describe, expect, it } from 'vitest';
import { arithmetic } from './arithmetic.js';
import { countSlowly } from './count-slowly.js';
import { evaluate } from './expression.js';
import { failWith } from './fail-with.js';
import { readFile, writeFile } from './files.js';
import { greet } from './greet.js';
import { format } from './rational.js';
import { recall } from './recall.js';
import { runCommand } from './run-command.js';

function calculate(text: string): string | undefined {
  const value = evaluate(text);
  return value === undefined ? undefined : format(value);
}

describe('arithmetic', () => {
  it.each([
    ['2+2', '4'],
    ['17*23-4', '387'],
    ['(1+2)*3', '9'],
    ['1 + 2 * 3', '7'],
    ['2^3^2', '512'],
    ['-2^2', '-4'],
    ['2^-2', '0.25'],
    ['--3', '3'],
    ['2*-3', '-6'],
    ['10 % 4', '2'],
    ['-7 % 3', '-1'],
    ['0.1+0.2', '0.3'],
    ['.5*4', '2'],
    ['1/3', '0.333333333333333'],
    ['2/3', '0.666666666666667'],
    ['7 ÷ 2 × 3', '10.5'],
    ['2**10', '1024'],
    ['2^64', '18446744073709551616'],
    ['8-3-2', '3'],
    ['0^0', '1'],
    ['(-1)^1000001', '-1'],
    ['1^999999999999', '1'],
  ])('%s is %s', (text, answer) => {
    expect(calculate(text)).toBe(answer);
  });

  it.each(['', '2+', '(2', '2)', '2 2', 'two', '2+x', '1/0+', '()', '1..2'])(
    '%j is no expression',
    (text) => {
      expect(calculate(text)).toBeUndefined();
    },
  );

  it.each([
    ['1/0', 'Division by zero has no result.'],
    ['0^-1', 'Division by zero has no result.'],
    ['5 % 0', 'Division by zero has no result.'],
    ['2^0.5', 'I can only raise to whole powers.'],
    ['2^99999', 'The result has more digits than I calculate with.'],
    ['9^9^9', 'The result has more digits than I calculate with.'],
    [`${'('.repeat(200)}1${')'.repeat(200)}`, 'That is nested too deeply for me.'],
  ])('%s has no value that can be given', (text, problem) => {
    expect(() => evaluate(text)).toThrow(problem);
  });

  it.each([
    'What is 2+2? Answer with just the number.',
    "what's 2 + 2",
    'Compute 2 plus 2.',
    'How much is 2+2? Only the result please',
    '2+2=',
    'Please calculate: 2 times 2',
  ])('knows the question in %j', (prompt) => {
    expect(arithmetic.match(prompt)).toBeDefined();
  });

  it.each([
    'What is the capital of France?',
    'Hello',
    'What is 2+2 and why?',
    `1${'+1'.repeat(5000)}`,
    ' '.repeat(200_000),
  ])('leaves other prompts to others (%#)', (prompt) => {
    expect(arithmetic.match(prompt)).toBeUndefined();
  });
});

describe('the other skills', () => {
  const all = { recall, runCommand, readFile, writeFile, countSlowly, failWith, greet };
  it.each([
    ['What was my previous question?', 'recall'],
    ['what was the first message I sent?', 'recall'],
    ['How many questions have I asked?', 'recall'],
    ['What did you answer before?', 'recall'],
    ['Use Bash to run: for i in $(seq 1 5); do echo $i; sleep 1; done', 'runCommand'],
    ['Read README.md', 'readFile'],
    ['Read the file "my notes.txt"', 'readFile'],
    ['Write a.txt: one\ntwo', 'writeFile'],
    ['Count slowly to 5', 'countSlowly'],
    ['Fail with the disk is full', 'failWith'],
    ['Hello', 'greet'],
    ['Hi there!', 'greet'],
    ['Tell me a story', undefined],
    ['Read me a story', undefined],
    ['Write a story about a ship', undefined],
    ['Hello, what is the weather?', undefined],
  ])('%j is for %s', (prompt, name) => {
    const takers = Object.entries(all).filter(([, skill]) => skill.match(prompt) !== undefined);
    expect(takers.map(([taker]) => taker)).toEqual(name === undefined ? [] : [name]);
  });

  it('have examples that they answer themselves', () => {
    for (const skill of [arithmetic, ...Object.values(all)]) expect(skill.match(skill.example)).toBeDefined();
  });
});
