import type { Unit } from "@tokenyard/scenario";

/** What a name of an expression stands for. `unit` is that of its numbers, empty for plain numbers and shares. */
export type Meaning = { readonly type: "number"; readonly unit: Unit | "" } | { readonly type: "text" } | { readonly type: "truth" };

/** The names that an expression may use. */
export interface Vocabulary {
  meaningOf(name: string): Meaning | undefined;
  /** Names to propose for one that is not known. */
  names(): Iterable<string>;
}

/** The values of names at one point; null where a name has no value. Numbers are in the unit of their meaning. */
export type Scope = (name: string) => number | string | boolean | null;

/** An expression that is true or false, as `ranks <= 512 and ttft.p99 <= 10 s`: a constraint or a claim. */
export interface Condition {
  readonly text: string;
  /** The names that it uses, each once, in order. */
  readonly names: readonly string[];
  /** Null when a value that decides it is missing. */
  holds(scope: Scope): boolean | null;
}

/** An expression that is a number, as `throughputPerGpu` or `gpus * ttft.p99`: an objective. */
export interface Formula {
  readonly text: string;
  readonly names: readonly string[];
  /** Of the value; undefined when it is one that has no name here, as bytes times seconds. */
  readonly unit: Unit | "" | undefined;
  /** Null when a value that decides it is missing, or when it divides by zero. */
  valueOf(scope: Scope): number | null;
}
