import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Instrumenter } from "@stryker-mutator/instrumenter";
import { Streams, shuffle } from "@tokenyard/random";

/**
 * Kinds of mutants that no sample has. A text that is emptied is judged by kept messages, and a function without its body is
 * nearly always killed: both would make the share look better than tests are.
 */
export const LEFT_OUT = ["StringLiteral", "BlockStatement"];

/** From `start` to `end` of a file, lines and columns counted from 0. */
export interface Place {
  readonly fileName: string; // under the root of the repository
  readonly start: { readonly line: number; readonly column: number };
  readonly end: { readonly line: number; readonly column: number };
}

/** What is drawn of a room, and how many mutants it has. */
export interface Sample {
  readonly all: number;
  readonly places: readonly Place[];
}

/** Places in a room's code, drawn by a seed until they hold `least` mutants. Tests are not mutated. `house` is the root of the repository. */
export async function sampleOf(house: string, room: string, least: number, seed: number): Promise<Sample> {
  const files = codeOf(house, room).map((name) => ({ name, mutate: true, content: readFileSync(join(house, name), "utf8") }));
  const options = { plugins: null, excludedMutations: LEFT_OUT, ignorers: [], noHeader: false };
  const { mutants } = await new Instrumenter(SILENT).instrument(files, options);
  const all = mutants.map(({ fileName, location }): Place => ({ fileName, ...location }));
  shuffle(new Streams(seed).stream(`mutants/${room}`), all);
  const held = new Set<Place>();
  const places = all.filter((place) => {
    if (held.size >= least || held.has(place)) return false;
    for (const mutant of all) if (isWithin(mutant, place)) held.add(mutant);
    return true;
  });
  return { all: all.length, places };
}

function isWithin(inner: Place, outer: Place): boolean {
  const starts = inner.start.line - outer.start.line || inner.start.column - outer.start.column;
  const ends = outer.end.line - inner.end.line || outer.end.column - inner.end.column;
  return inner.fileName === outer.fileName && starts >= 0 && ends >= 0;
}

/** Files of a room that tests judge. */
function codeOf(house: string, room: string): readonly string[] {
  const paths = readdirSync(join(house, room), { recursive: true, encoding: "utf8" });
  return paths.filter((path) => /\.tsx?$/.test(path) && !/\.(test|contract|d)\.tsx?$/.test(path)).map((path) => `${room}/${path}`);
}

const nothing = () => {};
const never = () => false;
const SILENT = {
  trace: nothing,
  debug: nothing,
  info: nothing,
  warn: nothing,
  error: nothing,
  fatal: nothing,
  isTraceEnabled: never,
  isDebugEnabled: never,
  isInfoEnabled: never,
  isWarnEnabled: never,
  isErrorEnabled: never,
  isFatalEnabled: never,
};
