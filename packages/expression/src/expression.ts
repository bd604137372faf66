import { type Problem, Problems, type Range, shorten, type Unit } from "@tokenyard/scenario";
import { type Compiled, compile, namesIn } from "./compile.ts";
import { unitOf } from "./dimension.ts";
import { Fault } from "./fault.ts";
import { rangeOf } from "./range.ts";
import { syntaxOf } from "./syntax.ts";
import type { Scope, Vocabulary } from "./vocabulary.ts";

/** An expression that is true or false, as `ranks <= 512 and ttft.p99 <= 10 s`: a constraint or a claim. */
export interface Condition {
  readonly text: string;
  /** Names that the expression uses, each once, in order of appearance. */
  readonly names: readonly string[];
  /** Null when a value that decides it is missing. */
  holds(scope: Scope): boolean | null;
}

/** An expression that is a number, as `throughputPerGpu` or `gpus * ttft.p99`: an objective. */
export interface Formula {
  readonly text: string;
  readonly names: readonly string[];
  /** Unit of the value; undefined if it has no name here, such as bytes times seconds. */
  readonly unit: Unit | "" | undefined;
  /** Range of the value: metrics, and their sums, products and quotients, are not below 0. */
  readonly range: Range;
  /** Null when a value that decides it is missing, or when it divides by zero. */
  evaluate(scope: Scope): number | null;
}

type Path = Problem["path"];

/** Reads a condition over the names of `vocabulary`. Throws Problems at `path`, with the column of the mistake. */
export function condition(text: string, vocabulary: Vocabulary, path: Path = []): Condition {
  const { names, compiled } = read(text, vocabulary, path);
  if (compiled.type !== "truth") throw new Problems([{ path, given: shorten(text), wanted: "a condition, such as ttft.p99 <= 10 s" }]);
  return { text, names, holds: compiled.evaluate };
}

/** Reads a number over the names of `vocabulary`. Throws Problems at `path`, with the column of the mistake. */
export function formula(text: string, vocabulary: Vocabulary, path: Path = []): Formula {
  const { names, compiled, isShare, range } = read(text, vocabulary, path);
  if (compiled.type !== "number") throw new Problems([{ path, given: shorten(text), wanted: "a number, such as throughputPerGpu" }]);
  return { text, names, unit: isShare ? "%" : unitOf(compiled.dimension), range, evaluate: compiled.evaluate };
}

function read(text: string, vocabulary: Vocabulary, path: Path): { names: string[]; compiled: Compiled; isShare: boolean; range: Range } {
  try {
    const syntax = syntaxOf(text, (name) => vocabulary.meaningOf(name) !== undefined);
    const meaning = syntax.kind === "name" ? vocabulary.meaningOf(syntax.name) : undefined;
    const isShare = meaning?.type === "number" && meaning.unit === "%";
    return { names: namesIn(syntax), compiled: compile(syntax, vocabulary), isShare, range: rangeOf(syntax, vocabulary) };
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    throw new Problems([problemOf(error, text, path)]);
  }
}

function problemOf({ index, wanted, given, suggestion }: Fault, text: string, path: Path): Problem {
  const where = `at column ${index + 1} of \`${shorten(text)}\``;
  const rest = suggestion === undefined ? {} : { suggestion };
  return { path, given: `${given ?? shorten(text.slice(index))} ${where}`, wanted, ...rest };
}
