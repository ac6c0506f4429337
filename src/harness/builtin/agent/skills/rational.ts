/** Exact fractions: 0.1+0.2 is 0.3 and 2^64 has all of its digits. */
export interface Rational {
  readonly over: bigint;
  /** Positive, and without a common factor with `over`. */
  readonly under: bigint;
}

/** An answer that is words and not a number. */
export class ArithmeticProblem extends Error {
  override readonly name = 'ArithmeticProblem';
}

/** Digits behind the point of a fraction that does not end. */
const fractionDigits = 15;
/** Bits of a number on the way to the answer. */
const bitsMax = 4096;

export function parseDecimal(text: string): Rational {
  const [whole = '', fraction = ''] = text.split('.');
  return reduce(BigInt(whole + fraction), 10n ** BigInt(fraction.length));
}

export function add(a: Rational, b: Rational): Rational {
  return reduce(a.over * b.under + b.over * a.under, a.under * b.under);
}

export function negate(a: Rational): Rational {
  return { over: -a.over, under: a.under };
}

export function multiply(a: Rational, b: Rational): Rational {
  return reduce(a.over * b.over, a.under * b.under);
}

export function divide(a: Rational, b: Rational): Rational {
  if (b.over === 0n) throw new ArithmeticProblem('Division by zero has no result.');
  return reduce(a.over * b.under, a.under * b.over);
}

/** What is left of the division, with the sign of `a`. */
export function remainder(a: Rational, b: Rational): Rational {
  const quotient = divide(a, b);
  const whole = { over: quotient.over / quotient.under, under: 1n };
  return add(a, negate(multiply(whole, b)));
}

export function raise(a: Rational, exponent: Rational): Rational {
  if (exponent.under !== 1n) throw new ArithmeticProblem('I can only raise to whole powers.');
  const times = exponent.over < 0n ? -exponent.over : exponent.over;
  // Of 0, 1 and -1 only the parity of the exponent counts.
  const isUnit = a.under === 1n && a.over * a.over <= 1n;
  const count = isUnit && times > 2n ? 2n - (times % 2n) : times;
  if (count * BigInt(Math.max(bitsOf(a.over), bitsOf(a.under))) > BigInt(2 * bitsMax)) throw tooLarge();
  const power = reduce(a.over ** count, a.under ** count);
  return exponent.over < 0n ? divide({ over: 1n, under: 1n }, power) : power;
}

/** In decimal notation; a fraction that does not end is rounded, half away from zero. */
export function format({ over, under }: Rational): string {
  const scale = 10n ** BigInt(fractionDigits);
  const size = over < 0n ? -over : over;
  const scaled = (2n * size * scale + under) / (2n * under);
  if (scaled === 0n) return '0';
  const whole = scaled / scale;
  const fraction = (scaled % scale).toString().padStart(fractionDigits, '0').replace(/0+$/, '');
  return `${over < 0n ? '-' : ''}${whole}${fraction === '' ? '' : `.${fraction}`}`;
}

function reduce(over: bigint, under: bigint): Rational {
  const sign = under < 0n ? -1n : 1n;
  let [a, b] = [over < 0n ? -over : over, under < 0n ? -under : under];
  while (b !== 0n) [a, b] = [b, a % b];
  const factor = a === 0n ? 1n : a;
  if (bitsOf(over / factor) > bitsMax || bitsOf(under / factor) > bitsMax) throw tooLarge();
  return { over: (sign * over) / factor, under: (sign * under) / factor };
}

function bitsOf(value: bigint): number {
  return (value < 0n ? -value : value).toString(16).length * 4;
}

function tooLarge(): ArithmeticProblem {
  return new ArithmeticProblem('The result has more digits than I calculate with.');
}
