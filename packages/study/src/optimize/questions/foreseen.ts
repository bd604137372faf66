import { type BinaryOperator, dimensionOf, type Syntax, syntaxOf } from "@tokenyard/expression";
import { RESULT_WORDS } from "../../points/words.ts";
import { ANYTHING, exactly, magnitude, negated, product, quotient, type Range, raised, sum } from "../floors/range.ts";

/** Knowledge of a name before a run: the range of a number, a text, a truth, or nothing. */
export type Foreknown = (name: string) => Range | string | boolean | undefined;

/** A number and the size of its unit against its base unit: 1000 for tokens/ms. */
interface Foreseen {
  readonly range: Range;
  readonly scale: number;
}

/** The syntax of an expression that was read before, without a mistake. */
export function syntaxOfKnown(text: string): Syntax {
  return syntaxOf(text, (name) => RESULT_WORDS.meaningOf(name) !== undefined);
}

/** Range of the number of `syntax`, in the unit of its formula. */
export function foreseen(syntax: Syntax, known: Foreknown): Range {
  return numberOf(syntax, known).range;
}

/** Ranges of two values, both in the unit of the left one. */
export function pairOf(left: Syntax, right: Syntax, known: Foreknown): { readonly a: Range; readonly b: Range; readonly scale: number } {
  const [a, b] = [numberOf(left, known), numberOf(right, known)];
  return { a: a.range, b: product(b.range, exactly(b.scale / a.scale)), scale: a.scale };
}

function numberOf(syntax: Syntax, known: Foreknown): Foreseen {
  switch (syntax.kind) {
    case "number":
      return { range: exactly(syntax.value), scale: dimensionOf(syntax.unit).scale };
    case "name": {
      const meaning = RESULT_WORDS.meaningOf(syntax.name);
      const value = known(syntax.name);
      const scale = meaning?.type === "number" ? dimensionOf(meaning.unit).scale : 1;
      return { range: typeof value === "object" ? value : ANYTHING, scale };
    }
    case "unary": {
      const { range, scale } = numberOf(syntax.operand, known);
      return { range: negated(range), scale };
    }
    case "call":
      return ofCall(syntax, known);
    case "binary":
      return ofOperation(syntax.operator, syntax.left, syntax.right, known);
    default:
      return { range: ANYTHING, scale: 1 };
  }
}

function ofOperation(operator: BinaryOperator, left: Syntax, right: Syntax, known: Foreknown): Foreseen {
  if (operator === "*" || operator === "/") {
    const [a, b] = [numberOf(left, known), numberOf(right, known)];
    return operator === "*"
      ? { range: product(a.range, b.range), scale: a.scale * b.scale }
      : { range: quotient(a.range, b.range), scale: a.scale / b.scale };
  }
  const { a, b, scale } = pairOf(left, right, known);
  return { range: sum(a, operator === "-" ? negated(b) : b), scale };
}

function ofCall({ name, given }: Extract<Syntax, { kind: "call" }>, known: Foreknown): Foreseen {
  const first = numberOf(given[0]!, known);
  const rest = given.slice(1).map((syntax) => pairOf(given[0]!, syntax, known).b);
  const { scale } = first;
  switch (name) {
    case "min":
    case "max": {
      const pick = name === "min" ? Math.min : Math.max;
      const all = [first.range, ...rest];
      return { range: { low: pick(...all.map(({ low }) => low)), high: pick(...all.map(({ high }) => high)) }, scale };
    }
    case "abs":
      return { range: magnitude(first.range), scale };
    case "ceil":
      return { range: raised(first.range, Math.ceil), scale };
    case "floor":
      return { range: raised(first.range, Math.floor), scale };
    default:
      return { range: ANYTHING, scale };
  }
}
