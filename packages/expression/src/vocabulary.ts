import type { Range, Unit } from "@tokenyard/scenario";

/**
 * Meaning of a name in an expression. `unit` is that of its numbers, empty for plain numbers; `range` their range, unlimited if not given.
 */
export type Meaning =
  | { readonly type: "number"; readonly unit: Unit | ""; readonly range?: Range }
  | { readonly type: "text" }
  | { readonly type: "truth" };

/** The names that an expression may use. */
export interface Vocabulary {
  /** Phrase for valid names in a message: `a metric, or a path of the scenario`. */
  readonly wanted: string;
  meaningOf(name: string): Meaning | undefined;
  /** Names to propose for one that is not known. */
  names(): Iterable<string>;
}

/** The values of names at one point; null where a name has no value. Numbers are in the unit of their meaning. */
export type Scope = (name: string) => number | string | boolean | null;
