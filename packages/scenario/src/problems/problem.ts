import { shorten } from "./shorten.ts";

/** Place of a value: in a file (line and column from 1), in the n-th `--set` (from 1), or in `--seed`. */
export type Place =
  | { readonly file: string; readonly line: number; readonly column: number }
  | { readonly set: number }
  | { readonly option: "--seed" };

/** One mistake of the user: its place, the given value, and what would work. */
export interface Problem {
  /** Keys and indexes from the scenario's root, as `["cluster", "gpu", "compute"]`. */
  readonly path: readonly (string | number)[];
  /** Value there, shortened for a message; absent for none. */
  readonly given?: string;
  /** Legal values as a phrase: `a divisor of 16: 1, 2, 4, 8 or 16`. */
  readonly wanted: string;
  /** The nearest known name or value, when there is one. */
  readonly suggestion?: string;
  /** Place of the value. `loadScenario` fills it in; for problems found later, use the sources. */
  readonly place?: Place;
}

/** The user's mistakes, all at once. Any room may throw it; only the edge shows file, line and column. */
export class Problems extends Error {
  readonly problems: readonly Problem[];

  constructor(problems: readonly Problem[]) {
    const brief = problems.map(inBrief);
    super(brief.map(messageOf).join("\n"));
    this.name = "Problems";
    this.problems = brief;
  }
}

/** Longest word, and longest phrase, in a message: the user's text may be long, and rules quote it. */
const LONGEST_WORD = 80;
const LONGEST_PHRASE = 1000;

function inBrief(problem: Problem): Problem {
  const { given, wanted, suggestion } = problem;
  return {
    ...problem,
    ...(given === undefined ? {} : { given: clipped(given) }),
    wanted: clipped(wanted),
    ...(suggestion === undefined ? {} : { suggestion: clipped(suggestion) }),
  };
}

function clipped(phrase: string): string {
  const brief = phrase.length <= LONGEST_WORD ? phrase : phrase.replace(TOO_LONG, (word) => `${word.slice(0, LONGEST_WORD - 1)}…`);
  return brief.length <= LONGEST_PHRASE ? brief : `${brief.slice(0, LONGEST_PHRASE - 1)}…`;
}

const TOO_LONG = new RegExp(`\\S{${LONGEST_WORD + 1},}`, "g");

/** The problem as one line: `cluster.gpu.memory: 64 given; wanted a quantity in B, such as 64 GB`. */
export function messageOf(problem: Problem): string {
  const path = problem.path.length === 0 ? "" : `${pathText(problem.path)}: `;
  const suggestion = problem.suggestion === undefined ? "" : `; did you mean ${problem.suggestion}?`;
  return `${path}${problem.given ?? "nothing"} given; wanted ${problem.wanted}${suggestion}`;
}

/** `cluster.gpu.memory`; keys that are long or odd are shortened. */
export function pathText(path: readonly (string | number)[]): string {
  return path.map((key) => (/^\d{1,16}$/.test(String(key)) ? key : shorten(String(key)))).join(".");
}

/** `deployment.yaml:14:12`, `--set 2` or `--seed`. */
export function placeText(place: Place): string {
  if ("set" in place) return `--set ${place.set}`;
  if ("option" in place) return place.option;
  return `${place.file}:${place.line}:${place.column}`;
}
