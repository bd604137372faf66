import {
  type LoadedScenario,
  loadScenario,
  type Problem,
  Problems,
  type ReadPieces,
  type Scenario,
  ScenarioProblems,
  type Sources,
} from "@tokenyard/scenario";
import type { Setup } from "@tokenyard/simulator";
import { BadInput } from "../outcomes/bad-input.ts";
import { Fault } from "../outcomes/fault.ts";
import type { PluginOptions } from "../plugins/allowed-plugins.ts";
import { lacksPlugins, mayRunPlugins, pluginsFor } from "../plugins/plugins-for.ts";
import type { Simulation } from "../runs/simulation.ts";
import { type LocatedProblem, plainProblem } from "../terminal/located-problem.ts";
import { harmless, type Terminal } from "../terminal/terminal.ts";
import { type GivenScenario, isLine, launchProblems, nameOf, STDIN, scenarioOf, textOf } from "./given-text.ts";
import type { LaunchOptions } from "./import-options.ts";
import { inOrderOfPlaces } from "./in-order-of-places.ts";
import { multipliedGpus, OF_DEGREES } from "./multiplied-gpus.ts";
import { parquetTable } from "./parquet-table.ts";
import { isParquet, LARGEST_SCENARIO, readPieces, readTextFile, UnreadableFile } from "./scenario-text.ts";

/** A scenario that was read, sound or not. */
export interface Reader {
  /** File as the user named it. */
  readonly file: string;
  /** Files that it was read from: itself, those that it extends or names. */
  readonly reads: readonly string[];
}

/** A scenario that was read and checked. */
export interface ReadScenario extends Reader {
  readonly scenario: Scenario;
  /** Bytes of the files that it names. */
  readonly readPieces: ReadPieces;
  /** Problems that are found later, with their places. */
  readonly refused: (problems: readonly Problem[]) => BadInput;
}

/** A scenario that may run, which says how it draws experts where the run chose that. */
export interface OpenScenario extends ReadScenario {
  /** Scenario as it was read; its comparison may choose another resolution. */
  readonly given: Scenario;
  readonly setup: Setup;
}

export interface ScenarioOptions extends PluginOptions {
  /** `path=value` each, in order. */
  readonly set?: readonly string[];
  readonly seed?: number;
  /** Options for launches among the files. */
  readonly launch?: LaunchOptions;
  /** Called with each file before it is read. */
  readonly onFile?: (path: string) => void;
  /** Further problems of a scenario that has the mistakes of `error`. */
  readonly beside?: (error: Problems, file: string) => readonly Problem[];
}

/**
 * Reads, checks and prepares every scenario before any runs. Throws BadInput with the problems of all the files, in their order, and those of options:
 * `more` finds them where all scenarios are sound, `known` those that no sound scenario is needed for.
 */
export async function openScenarios(
  files: readonly string[],
  options: ScenarioOptions,
  terminal: Terminal,
  simulation: Simulation,
  more: (opened: readonly OpenScenario[]) => readonly LocatedProblem[] = () => [],
  known: (readers: readonly Reader[]) => readonly LocatedProblem[] = () => [],
): Promise<OpenScenario[]> {
  return readScenarios(
    files,
    options,
    terminal,
    (read) => {
      const setup = simulation.prepare(read.scenario, { readPieces: read.readPieces });
      return { ...read, given: read.scenario, scenario: setup.scenario, setup };
    },
    more,
    known,
  );
}

/** Reads and checks every scenario, and applies `make` to each. Throws BadInput as `openScenarios` does. */
export async function readScenarios<Made>(
  files: readonly string[],
  options: ScenarioOptions,
  terminal: Terminal,
  make: (read: ReadScenario) => Made,
  more: (made: readonly Made[]) => readonly LocatedProblem[] = () => [],
  known: (readers: readonly Reader[]) => readonly LocatedProblem[] = () => [],
): Promise<Made[]> {
  const { onFile = () => {} } = options;
  const texts = new Map<string, string>();
  const unreadable = new Set<string>();
  const problems: LocatedProblem[] = [];
  const all: Made[] = [];
  const readers: { file: string; reads: Set<string> }[] = [];
  let isLaunched = false;
  if (files.filter((file) => file === "-").length > 1) throw new BadInput([plainProblem(STDIN, "given twice; wanted - once at most")]);
  for (const file of files) {
    const name = nameOf(file, files);
    const reads = new Set<string>();
    readers.push({ file: name, reads });
    const onRead = (path: string) => {
      reads.add(path);
      onFile(path);
    };
    let sources: Sources | undefined;
    let scenario: Scenario | undefined;
    let problemsOf: GivenScenario["problemsOf"];
    const placed = (found: readonly Problem[]) => inOrderOfPlaces(found, name, sources, files.length > 1, problemsOf);
    try {
      if (file !== "-" && !isLine(file)) onRead(file);
      const given = await textOf(file, terminal);
      texts.set(name, given);
      const scenarioText = await scenarioOf(given, name, terminal, options.launch);
      const { text } = scenarioText;
      ({ problemsOf } = scenarioText);
      if (text !== given && problemsOf === undefined) texts.delete(name); // places are those of the scenario that it became
      isLaunched ||= problemsOf !== undefined;
      const loaded = await loadedScenario(text, name, { texts, unreadable, problems }, { ...options, onFile: onRead });
      ({ scenario, sources } = loaded);
      await noteMultiplied(scenario, text, name, { texts, unreadable, problems }, options, terminal);
      const refused = (more: readonly Problem[]) => new BadInput(placed(more), texts);
      all.push(make({ file: name, scenario, reads: [...reads], readPieces: loaded.readPieces, refused }));
    } catch (error) {
      if (error instanceof UnreadableFile) problems.push(plainProblem(error.file, error.message));
      else if (error instanceof BadInput) problems.push(...error.problems);
      else if (error instanceof Problems) {
        const all = [...error.problems, ...(options.beside?.(error, name) ?? [])];
        problems.push(...placed(all));
      } else throw new Fault(error, { file: name, ...(scenario === undefined ? {} : { scenario: scenario.name, seed: scenario.seed }) });
    }
  }
  if (!isLaunched && problems.length === 0) problems.push(...launchProblems(options.launch));
  problems.push(...(problems.length === 0 ? more(all) : known(readers.map(({ file, reads }) => ({ file, reads: [...reads] })))));
  if (problems.length > 0) throw new BadInput(problems, texts);
  return all;
}

/** Knowledge about files when the next scenario is read. */
interface Known {
  readonly texts: Map<string, string>;
  /** Parquet files that cannot be read; each is reported once in `problems`. */
  readonly unreadable: Set<string>;
  readonly problems: LocatedProblem[];
}

/** Marker for a Parquet file whose problem is listed already. */
const LISTED = "listed already";

/**
 * Reads a scenario again once its Parquet files are known: they are read asynchronously, while scenarios are not. Throws Problems of
 * everything else if one cannot be read.
 */
async function loadedScenario(
  text: string,
  path: string,
  { texts, unreadable, problems }: Known,
  options: ScenarioOptions,
): Promise<LoadedScenario> {
  const { onFile = () => {} } = options;
  const tables = new Map<string, string>();
  const pluginsHere = () => pluginsFor(text, { ...options, read: (file) => remembered(texts, file), path });
  let plugins = mayRunPlugins(options) ? await pluginsHere() : undefined;
  for (;;) {
    const unknown: string[] = [];
    const read = (file: string) => {
      if (!isParquet(file)) {
        onFile(file);
        return remembered(texts, file);
      }
      if (unreadable.has(file)) throw new Error(LISTED);
      const table = tables.get(file);
      if (table === undefined) unknown.push(file);
      return table ?? "";
    };
    const pieces = (file: string) => {
      onFile(file);
      return readPieces(file);
    };
    try {
      const loaded = loadScenario(text, { read, readPieces: pieces, path, ...options, ...(plugins && { plugins }) });
      if (unknown.length === 0) return loaded;
    } catch (error) {
      if (plugins === undefined && lacksPlugins(error)) {
        plugins = await pluginsHere(); // says more of them
        continue;
      }
      if (unknown.length === 0) throw error instanceof Problems ? withoutListed(error) : error;
    }
    for (const file of unknown) {
      onFile(file);
      try {
        tables.set(file, await parquetTable(file));
      } catch (error) {
        if (error instanceof UnreadableFile) problems.push(plainProblem(error.file, error.message));
        else if (error instanceof BadInput) problems.push(...error.problems);
        else throw error;
        unreadable.add(file);
      }
    }
  }
}

/** Says where settings of degrees multiply the GPUs of the file's plan. */
async function noteMultiplied(scenario: Scenario, text: string, name: string, known: Known, options: ScenarioOptions, terminal: Terminal) {
  const { set = [] } = options;
  const settings = set.filter((each) => OF_DEGREES.test(each));
  if (settings.length === 0) return;
  try {
    const others = { ...options, onFile: () => {}, set: set.filter((each) => !OF_DEGREES.test(each)) };
    const { scenario: before } = await loadedScenario(text, name, known, others);
    const note = multipliedGpus(before, scenario, settings);
    if (note !== undefined) terminal.err.write(harmless(`${name}: ${note}\n`));
  } catch (error) {
    if (!(error instanceof Problems)) throw error; // the file's own plan cannot be: there is nothing to compare with
  }
}

function withoutListed(error: Problems): Problems {
  const problems = error.problems.filter(({ wanted }) => !wanted.includes(`(${LISTED})`));
  return error instanceof ScenarioProblems ? new ScenarioProblems(problems, error.readableClaims) : new Problems(problems);
}

function remembered(texts: Map<string, string>, path: string): string {
  const text = readTextFile(path, LARGEST_SCENARIO);
  texts.set(path, text);
  return text;
}
