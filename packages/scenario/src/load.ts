import { Files } from "./file.ts";
import { layered } from "./layer.ts";
import { scenarioOf } from "./parse.ts";
import { type Place, type Problem, Problems } from "./problem.ts";
import type { Scenario } from "./schema/scenario.ts";
import { withSettings } from "./setting.ts";
import { withTables } from "./table-file.ts";
import { placeOf, type Written, writtenOf } from "./written.ts";

export interface LoadOptions {
  /** Text of the file at `path`, for `extends`, configs and tables; what it throws becomes a problem. */
  read(path: string): string;
  /** Of the file that `text` came from; `extends` is relative to it. */
  readonly path?: string;
  /** `path=value` each, laid over the file in order. */
  readonly set?: readonly string[];
  /** Laid over everything. */
  readonly seed?: number;
}

/** Where the values of a loaded scenario were written. */
export interface Sources {
  /** The place of what stands at `path`, or of the nearest thing around it; undefined when nothing was written. */
  locate(path: readonly (string | number)[]): Place | undefined;
}

export interface LoadedScenario {
  readonly scenario: Scenario;
  readonly sources: Sources;
}

/**
 * Reads a scenario file: preset or config < what it extends < the file < `set` < `seed`.
 * Throws all `Problems` at once, each with its place. When a file cannot be read as YAML, only that is told.
 */
export function loadScenario(text: string, options: LoadOptions): LoadedScenario {
  const files = new Files(options.read);
  const file = files.written(text, options.path ?? "scenario.yaml");
  if (file === undefined) throw new Problems(files.problems);
  const problems: Problem[] = [...files.problems];
  const set = withSettings(file, options.set ?? [], problems);
  const laid = options.seed === undefined ? set : layered(set, seeded(options.seed, set));
  const written = withTables(laid, { read: options.read, path: options.path ?? "scenario.yaml", problems });
  const sources: Sources = { locate: (path) => placeOf(written, path) };
  try {
    return { scenario: scenarioOf(written, problems), sources };
  } catch (error) {
    if (error instanceof Problems) throw new Problems(error.problems.map((problem) => located(problem, sources)));
    throw error;
  }
}

function seeded(seed: number, over: Written): Written {
  return { form: "map", entries: new Map([["seed", writtenOf(seed, { option: "--seed" })]]), place: over.place };
}

function located(problem: Problem, sources: Sources): Problem {
  const place = problem.place ?? sources.locate(problem.path);
  return place === undefined ? problem : { ...problem, place };
}
