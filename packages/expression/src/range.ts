import type { Range } from "@tokenyard/scenario";
import type { Syntax } from "./syntax.ts";
import type { Vocabulary } from "./vocabulary.ts";

/** Range of the numbers of `syntax`. A sum, product or quotient of numbers that are not below 0 is not below 0. */
export function rangeOf(syntax: Syntax, vocabulary: Vocabulary): Range {
  switch (syntax.kind) {
    case "number":
      return syntax.value < 0 ? "any" : "positive";
    case "name": {
      const meaning = vocabulary.meaningOf(syntax.name);
      return meaning?.type === "number" ? (meaning.range ?? "any") : "any";
    }
    case "call":
      return syntax.given.every((given) => rangeOf(given, vocabulary) !== "any") ? "positive" : "any";
    case "binary": {
      if (!["+", "*", "/"].includes(syntax.operator)) return "any";
      const isPositive = [syntax.left, syntax.right].every((side) => rangeOf(side, vocabulary) !== "any");
      return isPositive ? "positive" : "any";
    }
    default:
      return "any";
  }
}
