import type { Syntax } from "@tokenyard/expression";
import { RESULT_WORDS } from "../../points/words.ts";
import { type Foreknown, pairOf } from "./foreseen.ts";

/** Whether a condition will hold, where that is known. */
export function foretold(syntax: Syntax, known: Foreknown): boolean | undefined {
  switch (syntax.kind) {
    case "truth":
      return syntax.value;
    case "name": {
      const value = known(syntax.name);
      return typeof value === "boolean" ? value : undefined;
    }
    case "unary":
      return not(foretold(syntax.operand, known));
    case "binary":
      return ofBoth(syntax, known);
    default:
      return undefined;
  }
}

function ofBoth({ operator, left, right }: Extract<Syntax, { kind: "binary" }>, known: Foreknown): boolean | undefined {
  switch (operator) {
    case "and":
    case "or": {
      const [a, b] = [foretold(left, known), foretold(right, known)];
      const deciding = operator === "or";
      if (a === deciding || b === deciding) return deciding;
      return a === undefined || b === undefined ? undefined : !deciding;
    }
    case "!=":
      return not(same(left, right, known));
    case "==":
      return same(left, right, known);
    case "<=":
      return isUnder(left, right, known);
    case ">=":
      return isUnder(right, left, known);
    case "<":
      return not(isUnder(right, left, known));
    case ">":
      return not(isUnder(left, right, known));
    default:
      return undefined;
  }
}

/** Whether left ≤ right, for numbers. */
function isUnder(left: Syntax, right: Syntax, known: Foreknown): boolean | undefined {
  const { a, b } = pairOf(left, right, known);
  if (a.high <= b.low) return true;
  return a.low > b.high ? false : undefined;
}

function same(left: Syntax, right: Syntax, known: Foreknown): boolean | undefined {
  const [x, y] = [textOf(left, known), textOf(right, known)];
  if (x !== undefined || y !== undefined) return x === undefined || y === undefined ? undefined : x === y;
  if (typeOf(left) !== "number") {
    const [p, q] = [foretold(left, known), foretold(right, known)];
    return p === undefined || q === undefined ? undefined : p === q;
  }
  const { a, b } = pairOf(left, right, known);
  if (a.low > b.high || a.high < b.low) return false;
  return a.low === a.high && b.low === b.high ? true : undefined;
}

function textOf(syntax: Syntax, known: Foreknown): string | undefined {
  if (syntax.kind === "text") return syntax.value;
  const value = syntax.kind === "name" ? known(syntax.name) : undefined;
  return typeof value === "string" ? value : undefined;
}

function typeOf(syntax: Syntax): "number" | "text" | "truth" {
  switch (syntax.kind) {
    case "name":
      return RESULT_WORDS.meaningOf(syntax.name)?.type ?? "number";
    case "text":
    case "truth":
      return syntax.kind;
    case "binary":
      return ["+", "-", "*", "/"].includes(syntax.operator) ? "number" : "truth";
    case "unary":
      return syntax.operator === "not" ? "truth" : "number";
    default:
      return "number";
  }
}

function not(value: boolean | undefined): boolean | undefined {
  return value === undefined ? undefined : !value;
}
