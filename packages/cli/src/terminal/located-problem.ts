import { type Place, type Problem, pathText, type Sources } from "@tokenyard/scenario";

/** A mistake of the user with its place: what `--json` prints. */
export interface LocatedProblem {
  /** File as the user named it; `--set 2` for the second `--set`. */
  readonly file: string;
  /** Line from 1; null if the value is on none. */
  readonly line: number | null;
  readonly column: number | null;
  /** Keys and indexes joined by dots; empty for the file itself. */
  readonly path: string;
  readonly given: string | null;
  /** The given value and what would work, without path and suggestion. */
  readonly message: string;
  readonly suggestion: string | null;
}

/** A mistake without a line: in a file as a whole, or in an option. */
export function plainProblem(file: string, message: string): LocatedProblem {
  return { file, line: null, column: null, path: "", given: null, message, suggestion: null };
}

/** Problem of `given` where something else is required. */
export function wrongValue(file: string, path: string, given: string | null, wanted: string): LocatedProblem {
  return { ...plainProblem(file, `${given || "nothing"} given; wanted ${wanted}`), path, given };
}

/** `problem` of the scenario in `file`; where it was found after loading, at the place that its path has in `sources`. */
export function locatedProblem(problem: Problem, file: string, sources?: Sources): LocatedProblem {
  const { path, given, wanted, suggestion } = problem;
  return {
    ...wrongValue(file, pathText(path), given ?? null, wanted),
    ...fileOf(placeIn(problem.place, sources) ?? sources?.locate(path)),
    suggestion: suggestion ?? null,
  };
}

/** A place that was found after loading is in a file that the scenario names, as its trace. */
function placeIn(place: Place | undefined, sources: Sources | undefined): Place | undefined {
  return place !== undefined && "file" in place && sources !== undefined ? { ...place, file: sources.fileNamed(place.file) } : place;
}

function fileOf(place: Place | undefined): Partial<Pick<LocatedProblem, "file" | "line" | "column">> {
  if (place === undefined) return {};
  if ("set" in place) return { file: `--set ${place.set}` };
  return "option" in place ? { file: place.option } : place;
}
