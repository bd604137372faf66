import { utf8ToBytes } from "@noble/hashes/utils.js";
import { type Plugins, scenarioOf } from "./parse.ts";
import { namedPlugins } from "./plugins/stand-ins.ts";
import { type Place, type Problem, Problems } from "./problems/problem.ts";
import { type ReadableClaims, ScenarioProblems } from "./readable-claims.ts";
import { Files } from "./reading/file.ts";
import { layered } from "./reading/layer.ts";
import { joinedPath } from "./reading/path.ts";
import { withSettings } from "./reading/setting.ts";
import { withTables } from "./reading/table-file.ts";
import { type ReadPieces, withTraceHash } from "./reading/trace-hash.ts";
import { placeOf, type Written, writtenOf } from "./reading/written.ts";
import type { Scenario } from "./schema/scenario.ts";

export interface LoadOptions {
  /** Text of the file at `path`, for `extends`, configs and tables; exceptions become problems. */
  read(path: string): string;
  /** Bytes of the file at `path`, for traces; none: those of the text that `read` gives. What it throws becomes a problem. */
  readonly readPieces?: ReadPieces;
  /** Path of the file that `text` came from; `extends` is relative to it. */
  readonly path?: string;
  /** `path=value` each, laid over the file in order. */
  readonly set?: readonly string[];
  /** Laid over everything. */
  readonly seed?: number;
  /** Plug-ins whose words the scenario may use. */
  readonly plugins?: Plugins;
}

/** Places of the values of a loaded scenario. */
export interface Sources {
  /** Place of the value at `path`, or of the nearest value around it; undefined when nothing was written. */
  locate(path: readonly (string | number)[]): Place | undefined;
  /** The file that the scenario names by `path`, as it is read: from where the scenario file's own path begins. */
  fileNamed(path: string): string;
}

export interface LoadedScenario {
  readonly scenario: Scenario;
  readonly sources: Sources;
  /** Bytes of a file by its path in the scenario, for runs of its trace. */
  readonly readPieces: ReadPieces;
}

/**
 * Reads a scenario file: preset or config < the files that it extends < the file < `set` < `seed`. Throws all `Problems` at once, each with
 * its place. When a file cannot be read as YAML, only that is reported.
 */
export function loadScenario(text: string, options: LoadOptions): LoadedScenario {
  const path = options.path ?? "scenario.yaml";
  const files = new Files(options.read, path);
  const file = files.written(text, path);
  if (file === undefined) throw new Problems(files.problems);
  const problems: Problem[] = [...files.problems];
  const set = withSettings(file, options.set ?? [], problems);
  const laid = options.seed === undefined ? set : layered(set, seeded(options.seed, set));
  const written = withTables(laid, { read: options.read, path, problems });
  const fileNamed = (named: string) => joinedPath(options.path ?? "", named);
  const sources: Sources = { locate: (at) => placeOf(written, at), fileNamed };
  const readPieces = piecesFrom(options, fileNamed);
  try {
    return { scenario: withTraceHash(scenarioOf(written, problems, undefined, options.plugins), readPieces), sources, readPieces };
  } catch (error) {
    if (!(error instanceof Problems)) throw error;
    const readable = error instanceof ScenarioProblems ? error.readableClaims : () => undefined;
    throw new ScenarioProblems(
      error.problems.map((problem) => located(problem, sources)),
      () => withPlaces(readable(), sources),
    );
  }
}

function withPlaces(readable: ReadableClaims | undefined, { locate }: Sources): ReadableClaims | undefined {
  return readable && { ...readable, locate };
}

/** Paths of the plug-ins that a scenario names, as it names them, so that they can be loaded before it is read. None where it cannot be read. */
export function pluginFiles(text: string, options: LoadOptions): readonly string[] {
  const path = options.path ?? "scenario.yaml";
  const file = new Files(options.read, path).written(text, path);
  if (file === undefined) return [];
  return namedPlugins(withSettings(file, options.set ?? [], [])).flatMap(({ file: named }) => (typeof named === "string" ? [named] : []));
}

/** Reads by the paths that the scenario has. */
function piecesFrom({ read, readPieces = (path) => [utf8ToBytes(read(path))] }: LoadOptions, fileNamed: Sources["fileNamed"]): ReadPieces {
  return (named) => readPieces(fileNamed(named));
}

function seeded(seed: number, over: Written): Written {
  return { form: "map", entries: new Map([["seed", writtenOf(seed, { option: "--seed" })]]), place: over.place };
}

function located(problem: Problem, sources: Sources): Problem {
  const place = problem.place ?? sources.locate(problem.path);
  return place === undefined ? problem : { ...problem, place };
}
