import { type Problem, Problems, type Scenario } from "@tokenyard/scenario";
import {
  type DesignKind,
  designProblems,
  type Point,
  type Precise,
  replicatedPoints,
  type Shard,
  type SweepDesign,
  type SweepPoints,
  shardFrom,
  shardOf,
  shardText,
  sweepPoints,
  varyOf,
} from "@tokenyard/study";
import { seedsProblem } from "../outcomes/seeds-problem.ts";
import { seedsFor } from "../runs/seeds-for.ts";
import type { ReadScenario } from "../scenarios/open-scenarios.ts";
import { shareOption } from "../scenarios/time-option.ts";
import { grouped } from "../terminal/amount.ts";
import { type LocatedProblem, locatedProblem, wrongValue } from "../terminal/located-problem.ts";

/** Options of a sweep; defaults come from the scenario's `sweep` section. */
export interface SweepOptions {
  /** `path=values` each. */
  readonly vary?: readonly string[];
  readonly mode?: DesignKind;
  readonly points?: number;
  readonly where?: readonly string[];
  readonly replications?: number;
  /** Largest half-width of each watched interval of a point, as a share of its number, as text. */
  readonly precision?: string;
  /** The part of the points to run, as `2/8`. */
  readonly shard?: string;
  /** Whether to run more points than without confirmation. */
  readonly yes?: boolean;
}

/** Most runs of a sweep by default: at some hundred small points a second this takes minutes. */
const MOST_UNASKED = 100_000;

/** Seeds of a point before it can be precise enough. */
const FEWEST = 32;

/** The points of a sweep, with its identity. */
export interface SweepPlan {
  readonly points: Iterable<Point>;
  /** Number of points, including those that `where` leaves out. */
  readonly most: number;
  /** The paths that are varied. */
  readonly paths: readonly string[];
  /** Seeds of each choice; with `precise`, at most. */
  readonly replications: number;
  /** Precision that seeds follow; `points` are then choices, each with its first seed. */
  readonly precise: Precise | undefined;
  /** The part of the sweep that these points are; undefined where they are all. */
  readonly shard: Shard | undefined;
  /** The scenario without its `sweep`, and all that decides which points there are. */
  readonly base: Scenario;
  readonly question: Readonly<Record<string, unknown>>;
}

/** Problems of `options` for any scenario. */
export function sweepOptionProblems(options: SweepOptions): LocatedProblem[] {
  const found: Problem[] = [];
  const vary = options.vary && varyOf(options.vary, found);
  const { points, ...sure } = designOf(options, vary);
  const design = options.mode === undefined ? sure : { ...sure, ...(points && { points }) }; // a mode of the scenario may want points
  if (vary !== undefined || options.where !== undefined) found.push(...designProblems({ vary: {}, ...design }));
  return [
    ...shardProblems(options),
    ...found.flatMap((problem) => {
      const option = optionOf(problem, options);
      return option === undefined ? [] : [locatedProblem({ ...problem, path: pathUnder(problem) }, option)];
    }),
  ];
}

function designOf({ mode, points, where }: SweepOptions, vary: SweepDesign["vary"]): SweepDesign {
  return { ...(vary && { vary }), ...(mode && { mode }), ...(points && { points }), ...(where && { where }) };
}

function shardProblems({ shard }: SweepOptions): LocatedProblem[] {
  const isFine = shard === undefined || shardFrom(shard) !== undefined;
  return isFine ? [] : [wrongValue("--shard", "", shard, "i/N, the i-th of N shards, as 2/8")];
}

/** The sweep of `options`; mistakes are added to `problems`, each with its option or line. */
export function sweepPlan(
  { scenario, refused, readPieces }: ReadScenario,
  options: SweepOptions,
  problems: LocatedProblem[],
): SweepPlan | undefined {
  const { sweep: section, ...base } = scenario;
  const precision = shareOption("--precision", options.precision, problems) ?? base.precision;
  const { replications = precision === undefined ? 1 : seedsFor({ ...base, seed: 0 }, [], precision) } = options;
  const precise = precision === undefined || replications === 1 ? undefined : { precision, most: replications };
  const shard = options.shard === undefined ? undefined : shardFrom(options.shard);
  problems.push(...shardProblems(options));
  const found: Problem[] = [];
  const isNothing = section === undefined && options.vary === undefined;
  if (isNothing)
    problems.push(wrongValue("--vary", "", null, "path=values, such as parallelism.tensor=1,2,4, or a sweep section in the scenario"));
  const vary = isNothing ? {} : options.vary && varyOf(options.vary, found);
  const design = designOf(options, vary);
  let made: SweepPoints | undefined;
  try {
    made = sweepPoints(scenario, design, readPieces);
  } catch (error) {
    if (!(error instanceof Problems)) throw error;
    found.push(...error.problems);
  }
  for (const problem of found) {
    const option = optionOf(problem, options);
    if (option !== undefined) problems.push(locatedProblem({ ...problem, path: pathUnder(problem) }, option));
    else problems.push(...refused([inSection(problem)]).problems);
  }
  if (made === undefined) return undefined;
  const asked = { mode: "cross", where: [], ...section, ...design };
  if (replications > 1 && Object.hasOwn(asked.vary ?? {}, "seed"))
    problems.push(
      wrongValue(
        "--replications",
        "",
        `${replications}, and values of seed,`,
        "one of them: replications run seeds from the scenario's on",
      ),
    );
  const wanted = seedsProblem({ ...base, seed: 0 }, replications); // those of a point are its own
  if (wanted !== undefined) problems.push(wrongValue("--replications", "", String(replications), wanted));
  if (precise !== undefined && shard !== undefined)
    problems.push(
      wrongValue("--precision", "", "--shard too", "one of them: how many seeds a point takes shows as it runs; or --replications N"),
    );
  const all = replications > 1 && precise === undefined ? replicatedPoints(made, replications) : made;
  const most = (shard === undefined ? made.most : sizeOf(shard, made.most)) * replications;
  const least = precise === undefined ? most : (most / replications) * Math.min(FEWEST, replications);
  if (least > MOST_UNASKED && options.yes !== true) {
    const given = `${grouped(least)} runs`;
    problems.push(
      wrongValue("--vary", "", given, `at most ${grouped(MOST_UNASKED)}: fewer values, --shard, --mode sobol --points N; or --yes`),
    );
  }
  return {
    points: shard === undefined ? all : shardOf(all, shard, replications),
    most,
    paths: [...new Set([...Object.keys(asked.vary ?? {}), ...(replications > 1 ? ["seed"] : [])])],
    replications,
    precise,
    shard,
    base,
    question: { ...asked, replications, ...(precise && { precision }), ...(shard && { shard: shardText(shard) }) },
  };
}

/** How many of `choices` a shard has. */
function sizeOf({ at, of }: Shard, choices: number): number {
  return Math.floor((choices - at) / of) + 1;
}

/** Option of a mistake; undefined if it is in the scenario's section. */
function optionOf({ path }: Problem, { vary, mode, points, where }: SweepOptions): string | undefined {
  const [head, key, at] = path;
  if (head !== "sweep") return vary === undefined ? undefined : "--vary";
  if (key === "where") return where === undefined ? undefined : `--where ${Number(at) + 1}`;
  if (key === "points") return mode === undefined && points === undefined ? undefined : "--points";
  return vary === undefined ? undefined : "--vary";
}

/** The path of the scenario that a mistake in an option is about. */
function pathUnder({ path }: Problem): Problem["path"] {
  const [head, key, ...rest] = path;
  if (head !== "sweep") return path;
  return key === "vary" ? rest : [];
}

function inSection(problem: Problem): Problem {
  const { path } = problem;
  return path[0] === "sweep" || path.length === 0 ? problem : { ...problem, path: ["sweep", "vary", path.join(".")] };
}
