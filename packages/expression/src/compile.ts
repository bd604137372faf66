import { nearest } from "@tokenyard/scenario";
import { agree, type Dimension, dimensionOf, dimensionText, isPlain, joined, multiplied } from "./dimension.ts";
import { at } from "./fault.ts";
import { FUNCTIONS } from "./functions.ts";
import type { BinaryOperator, Syntax } from "./syntax.ts";
import type { Scope, Vocabulary } from "./vocabulary.ts";

/** An expression whose names are known and whose parts fit, with the function that gives its value. */
export type Compiled =
  | { readonly type: "number"; readonly dimension: Dimension; readonly evaluate: (scope: Scope) => number | null }
  | { readonly type: "text"; readonly evaluate: (scope: Scope) => string | null }
  | { readonly type: "truth"; readonly evaluate: (scope: Scope) => boolean | null };

type NumberPart = Extract<Compiled, { type: "number" }>;
type TruthPart = Extract<Compiled, { type: "truth" }>;

const WANTED = { number: "a number", text: "a text", truth: "a condition" } as const;

/** Checks `syntax` against the names of `vocabulary`. Throws a Fault at the first mistake. */
export function compile(syntax: Syntax, vocabulary: Vocabulary): Compiled {
  switch (syntax.kind) {
    case "number":
      return { type: "number", dimension: dimensionOf(syntax.unit), evaluate: () => syntax.value };
    case "text":
      return { type: "text", evaluate: () => syntax.value };
    case "truth":
      return { type: "truth", evaluate: () => syntax.value };
    case "name":
      return named(syntax.name, syntax.at, vocabulary);
    case "call":
      return called(syntax, vocabulary);
    case "unary": {
      if (syntax.operator === "not") {
        const operand = truth(syntax.operand, vocabulary, "not");
        return { type: "truth", evaluate: (scope) => negated(operand.evaluate(scope)) };
      }
      const operand = number(syntax.operand, vocabulary);
      return { ...operand, evaluate: (scope) => mapped(operand.evaluate(scope), (value) => -value) };
    }
    case "binary":
      return binary(syntax, vocabulary);
  }
}

function named(name: string, index: number, vocabulary: Vocabulary): Compiled {
  const meaning = vocabulary.meaningOf(name);
  if (meaning === undefined) throw at(index, vocabulary.wanted, `unknown name ${name}`, nearest(name, vocabulary.names()));
  if (meaning.type === "text") return { type: "text", evaluate: (scope) => ofType(scope(name), "string") };
  if (meaning.type === "truth") return { type: "truth", evaluate: (scope) => ofType(scope(name), "boolean") };
  return { type: "number", dimension: dimensionOf(meaning.unit), evaluate: (scope) => valid(ofType(scope(name), "number")) };
}

function called({ name, given, at: index }: Extract<Syntax, { kind: "call" }>, vocabulary: Vocabulary): Compiled {
  const made = Object.hasOwn(FUNCTIONS, name) ? FUNCTIONS[name as keyof typeof FUNCTIONS] : undefined;
  const names = Object.keys(FUNCTIONS);
  if (made === undefined) throw at(index, `one of ${names.join(", ")}`, `unknown function ${name}`, nearest(name, names));
  if (given.length === 0 || (made.one && given.length > 1)) {
    throw at(index, made.one ? `${name} of one number` : `${name} of some numbers`, `${given.length} numbers`);
  }
  const first = number(given[0] as Syntax, vocabulary);
  if (made.plain && !isPlain(first.dimension)) {
    const unit = dimensionText(first.dimension);
    throw at((given[0] as Syntax).at, `a plain number, as the value over 1 ${unit}`, `a value in ${unit}`);
  }
  return given.slice(1).reduce<NumberPart>(
    (sum, syntax) => {
      const next = number(syntax, vocabulary);
      return pair(sum, next, syntax.at, (a, b) => made.of([a, b]));
    },
    { ...first, evaluate: (scope) => mapped(first.evaluate(scope), (value) => made.of([value])) },
  );
}

function binary(syntax: Extract<Syntax, { kind: "binary" }>, vocabulary: Vocabulary): Compiled {
  const { operator, left, right } = syntax;
  switch (operator) {
    case "and":
    case "or": {
      const [a, b] = [truth(left, vocabulary, operator), truth(right, vocabulary, operator)];
      const deciding = operator === "or";
      return { type: "truth", evaluate: (scope) => decided(a.evaluate(scope), () => b.evaluate(scope), deciding) };
    }
    case "*":
    case "/": {
      const [a, b] = [number(left, vocabulary), number(right, vocabulary)];
      const product = operator === "*" ? (x: number, y: number) => x * y : (x: number, y: number) => x / y;
      return { type: "number", dimension: multiplied(a.dimension, b.dimension, operator === "*" ? 1 : -1), evaluate: both(a, b, product) };
    }
    case "+":
    case "-": {
      const [a, b] = [number(left, vocabulary), number(right, vocabulary)];
      return pair(a, b, right.at, operator === "+" ? (x, y) => x + y : (x, y) => x - y);
    }
    default:
      return compared(operator, left, right, vocabulary);
  }
}

type Comparison = Exclude<BinaryOperator, "and" | "or" | "+" | "-" | "*" | "/">;

const COMPARISONS: Readonly<Record<Comparison, <T extends number | string | boolean>(a: T, b: T) => boolean>> = {
  "==": (a, b) => a === b,
  "!=": (a, b) => a !== b,
  "<=": (a, b) => a <= b,
  ">=": (a, b) => a >= b,
  "<": (a, b) => a < b,
  ">": (a, b) => a > b,
};

function compared(operator: Comparison, left: Syntax, right: Syntax, vocabulary: Vocabulary): Compiled {
  const [a, b] = [compile(left, vocabulary), compile(right, vocabulary)];
  const isEquality = operator === "==" || operator === "!=";
  if (a.type === "truth" && !isEquality) throw at(right.at, "one comparison at a time, joined with and", `${operator} after a condition`);
  if (a.type !== b.type) throw at(right.at, WANTED[a.type], WANTED[b.type]);
  if (a.type === "text" && !isEquality) throw at(left.at, "numbers to compare; texts are compared with == and !=", operator);
  const compare = COMPARISONS[operator];
  if (a.type !== "number" || b.type !== "number") {
    return {
      type: "truth",
      evaluate: (scope) => {
        const [x, y] = [a.evaluate(scope), b.evaluate(scope)];
        return x === null || y === null ? null : compare<string | boolean | number>(x, y);
      },
    };
  }
  refuseBareShare(left, right, vocabulary);
  refuseBareShare(right, left, vocabulary);
  const factor = matched(a, b, right.at);
  return { type: "truth", evaluate: both(a, b, (x, y) => compare(x, y * factor)) };
}

/** A share is compared with a share: `loadVariance <= 20` would always hold. */
function refuseBareShare(name: Syntax, literal: Syntax, vocabulary: Vocabulary): void {
  if (name.kind !== "name" || literal.kind !== "number" || literal.unit !== "" || literal.value === 0) return;
  const meaning = vocabulary.meaningOf(name.name);
  if (meaning?.type === "number" && meaning.unit === "%")
    throw at(literal.at, "a share with its unit, such as 20 %", String(literal.value));
}

/** A number that has the measure of both, the numbers of `b` counted in the unit of `a`. */
function pair(a: NumberPart, b: NumberPart, index: number, of: (a: number, b: number) => number): NumberPart {
  const factor = matched(a, b, index);
  return { type: "number", dimension: joined(a.dimension, b.dimension), evaluate: both(a, b, (x, y) => of(x, y * factor)) };
}

/** What a number of `b` is multiplied by to be counted in the unit of `a`. */
function matched(a: NumberPart, b: NumberPart, index: number): number {
  if (agree(a.dimension, b.dimension)) return b.dimension.scale / a.dimension.scale;
  const wanted = isPlain(a.dimension) ? "a plain number" : `a quantity in ${dimensionText(a.dimension)}`;
  throw at(index, wanted, isPlain(b.dimension) ? "a number without a unit" : `a value in ${dimensionText(b.dimension)}`);
}

function number(syntax: Syntax, vocabulary: Vocabulary): NumberPart {
  const part = compile(syntax, vocabulary);
  if (part.type !== "number") throw at(syntax.at, "a number", WANTED[part.type]);
  return part;
}

function truth(syntax: Syntax, vocabulary: Vocabulary, word: string): TruthPart {
  const part = compile(syntax, vocabulary);
  if (part.type === "truth") return part;
  const hint = word === "not" ? "a condition in brackets, as not (gpus > 8)" : "a condition, as gpus <= 8";
  throw at(syntax.at, hint, WANTED[part.type]);
}

function both<T>(a: NumberPart, b: NumberPart, of: (a: number, b: number) => T): (scope: Scope) => T | null {
  return (scope) => {
    const [x, y] = [a.evaluate(scope), b.evaluate(scope)];
    if (x === null || y === null) return null;
    const value = of(x, y);
    if (typeof value !== "number" || Number.isFinite(value)) return value;
    const isNever = value === Number.POSITIVE_INFINITY && (x === value || y === value);
    return isNever ? value : null; // over zero, or too large
  };
}

/** `and` (deciding: false) and `or` (true) of truths that may be unknown; a deciding operand settles the result. */
function decided(a: boolean | null, b: () => boolean | null, deciding: boolean): boolean | null {
  if (a === deciding) return deciding;
  const second = b();
  if (second === deciding) return deciding;
  return a === null || second === null ? null : !deciding;
}

function negated(value: boolean | null): boolean | null {
  return value === null ? null : !value;
}

function mapped(value: number | null, of: (value: number) => number): number | null {
  return value === null ? null : of(value);
}

/** Infinity is a value: a time without an end. */
function valid(value: number | null): number | null {
  return value === null || Number.isNaN(value) ? null : value;
}

function ofType<T extends "number" | "string" | "boolean">(value: unknown, type: T) {
  type Value = { number: number; string: string; boolean: boolean }[T];
  return typeof value === type ? (value as Value) : null;
}

/** Names in `syntax`, each once, in order of appearance. */
export function namesIn(syntax: Syntax): string[] {
  switch (syntax.kind) {
    case "name":
      return [syntax.name];
    case "call":
      return [...new Set(syntax.given.flatMap(namesIn))];
    case "unary":
      return namesIn(syntax.operand);
    case "binary":
      return [...new Set([...namesIn(syntax.left), ...namesIn(syntax.right)])];
    default:
      return [];
  }
}
