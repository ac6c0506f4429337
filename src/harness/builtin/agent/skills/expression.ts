/**
 * Arithmetic expressions: a tokeniser and precedence climbing. `+ -` bind less than `* / %`, these less than a sign,
 * and a sign less than `^`, which groups to the right: -2^2 is -4, 2^3^2 is 512.
 */
import {
  ArithmeticProblem,
  add,
  divide,
  multiply,
  negate,
  parseDecimal,
  type Rational,
  raise,
  remainder,
} from './rational.js';

const charsMax = 1000;
const depthMax = 100;

type Token = { kind: 'number'; value: Rational } | { kind: 'sign'; sign: string };

const spellings: Record<string, string> = { '×': '*', '·': '*', '÷': '/', '−': '-', '**': '^' };

interface Operator {
  precedence: number;
  apply(left: Rational, right: Rational): Rational;
}

const operators: Record<string, Operator> = {
  '+': { precedence: 1, apply: add },
  '-': { precedence: 1, apply: (left, right) => add(left, negate(right)) },
  '*': { precedence: 2, apply: multiply },
  '/': { precedence: 2, apply: divide },
  '%': { precedence: 2, apply: remainder },
};

/**
 * The value of `text`, or undefined when it is not an expression.
 * Throws ArithmeticProblem when it is one and has no value that can be given.
 */
export function evaluate(text: string): Rational | undefined {
  const tokens = tokenise(text);
  if (tokens === undefined || tokens.length === 0) return undefined;
  try {
    // Read it whole before calculating: `1/0+` is not an expression, `1/0+1` is one without a value.
    return new ExpressionReader(tokens).read()();
  } catch (error) {
    if (error instanceof NotAnExpression) return undefined;
    throw error;
  }
}

function tokenise(text: string): Token[] | undefined {
  if (text.length > charsMax) return undefined;
  const tokens: Token[] = [];
  const pattern = /\s*(?:(\d+(?:\.\d+)?|\.\d+)|(\*\*|[-+*/%^()×·÷:−]))\s*/y;
  while (pattern.lastIndex < text.length) {
    const match = pattern.exec(text);
    if (match === null) return undefined;
    const [, digits, sign = ''] = match;
    if (digits !== undefined) tokens.push({ kind: 'number', value: parseDecimal(digits) });
    else tokens.push({ kind: 'sign', sign: spellings[sign] ?? sign });
  }
  return tokens;
}

class NotAnExpression extends Error {}

type Value = () => Rational;

class ExpressionReader {
  private at = 0;
  private depth = 0;

  constructor(private readonly tokens: readonly Token[]) {}

  read(): Value {
    const value = this.readBinary(1);
    if (this.at < this.tokens.length) throw new NotAnExpression();
    return value;
  }

  private readBinary(precedenceMin: number): Value {
    let left = this.readSigned();
    for (;;) {
      const operator = operators[this.peekSign() ?? ''];
      if (operator === undefined || operator.precedence < precedenceMin) return left;
      this.at += 1;
      const [first, second] = [left, this.readBinary(operator.precedence + 1)];
      left = () => operator.apply(first(), second());
    }
  }

  private readSigned(): Value {
    this.depth += 1;
    if (this.depth > depthMax) throw new ArithmeticProblem('That is nested too deeply for me.');
    const sign = this.peekSign();
    const value = sign === '-' || sign === '+' ? this.readAfterSign(sign) : this.readPower();
    this.depth -= 1;
    return value;
  }

  private readAfterSign(sign: '-' | '+'): Value {
    this.at += 1;
    const value = this.readSigned();
    return sign === '-' ? () => negate(value()) : value;
  }

  private readPower(): Value {
    const root = this.readAtom();
    if (this.peekSign() !== '^') return root;
    this.at += 1;
    const exponent = this.readSigned();
    return () => raise(root(), exponent());
  }

  private readAtom(): Value {
    const token = this.tokens[this.at++];
    if (token?.kind === 'number') return () => token.value;
    if (token?.sign !== '(') throw new NotAnExpression();
    const value = this.readBinary(1);
    if (this.peekSign() !== ')') throw new NotAnExpression();
    this.at += 1;
    return value;
  }

  private peekSign(): string | undefined {
    const token = this.tokens[this.at];
    return token?.kind === 'sign' ? token.sign : undefined;
  }
}
