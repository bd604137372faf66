export { dimensionOf } from "./dimension.ts";
export { type Condition, condition, type Formula, formula } from "./expression.ts";
export { type BinaryOperator, type Syntax, syntaxOf } from "./syntax.ts";
export type { Meaning, Scope, Vocabulary } from "./vocabulary.ts";
