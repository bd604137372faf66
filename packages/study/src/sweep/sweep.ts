import { knobsOf, type Problem, Problems, type ReadPieces, type Scenario } from "@tokenyard/scenario";
import { studied } from "@tokenyard/simulator";
import { DESIGNS, type DesignKind, parametersOf } from "../designs/design.ts";
import { changedPoint } from "../points/changed-point.ts";
import { planFilter } from "../points/plan-filter.ts";
import { isImpossible, type Point } from "../points/point.ts";
import type { PointResult } from "../points/point-result.ts";
import { scenarioChanger } from "../points/scenario-changer.ts";
import { tried } from "../points/tried.ts";
import { axesOf, type Vary } from "../points/vary.ts";
import { inProcessRunner } from "../runners/in-process-runner.ts";
import type { Runner, RunnerOptions } from "../runners/runner.ts";

/** Parameters and design of a sweep; defaults come from the `sweep` section of the scenario. */
export interface SweepDesign {
  readonly vary?: Vary;
  /** Design that combines the values of several paths; `cross` by default. */
  readonly mode?: DesignKind;
  /** Points of latin-hypercube and sobol designs. */
  readonly points?: number;
  /** Conditions on the scenario and its plan, as `ranks <= 512`; points for which one does not hold are left out. */
  readonly where?: readonly string[];
}

/** The points of a sweep, made while they are walked over. */
export interface SweepPoints extends Iterable<Point> {
  /** How many there are, those that `where` leaves out included. */
  readonly most: number;
}

export interface SweepOptions extends SweepDesign, RunnerOptions {
  /** Bytes of files that the scenario names, as its trace: what `loadScenario` gives. */
  readonly readPieces?: ReadPieces;
  /** Runner; by default this thread. */
  readonly runner?: Runner;
}

/** Runs `scenario` with every choice of the varied values and gives a row for each, in order. Throws Problems of the design at once. */
export function sweep(scenario: Scenario, options: SweepOptions = {}): AsyncIterable<PointResult> {
  const { readPieces, runner = inProcessRunner({ readPieces }) } = options;
  return runner.run(sweepPoints(scenario, options, readPieces), options);
}

/**
 * The points of a sweep over `scenario`, none of which has a `sweep` of its own, and all of which draw experts as `studied` says. Throws all Problems of the
 * design at once.
 */
export function sweepPoints({ sweep: section, ...own }: Scenario, design: SweepDesign = {}, readPieces?: ReadPieces): SweepPoints {
  const problems: Problem[] = [];
  const whole = { ...section, ...given(design) };
  const { where = [] } = whole;
  const { made, isWanted } = designOf(whole, own, problems);
  if (problems.length > 0 || made === undefined || isWanted === undefined) throw new Problems(problems);
  const { count, all } = made;
  const scenario = studied(own, readPieces && { readPieces });
  const change = scenarioChanger(scenario, readPieces);
  return {
    most: count,
    *[Symbol.iterator]() {
      let index = 0;
      for (const parameters of all()) {
        const point = changedPoint(index, parameters, scenario, change);
        if (where.length > 0 && !isImpossible(point.scenario) && !isWanted(point.scenario)) continue;
        index++;
        yield point;
      }
    },
  };
}

/** Problems of `design` for any scenario. */
export function designProblems(design: SweepDesign): Problem[] {
  const problems: Problem[] = [];
  designOf(design, undefined, problems);
  return problems;
}

type WholeDesign = { readonly [Key in keyof SweepDesign]: SweepDesign[Key] | undefined };

function designOf({ vary, mode = DESIGNS[0], points, where = [] }: WholeDesign, scenario: Scenario | undefined, problems: Problem[]) {
  if (vary === undefined) problems.push({ path: ["sweep"], wanted: "what to vary, such as parallelism.tensor: [1, 2, 4]" });
  const axes = axesOf(vary ?? {}, problems, knobsOf(scenario, Object.keys(vary ?? {})));
  const made = tried(problems, () => parametersOf(axes, { kind: mode, ...(points === undefined ? {} : { points }) }, scenario?.seed ?? 0));
  return { made, isWanted: tried(problems, () => planFilter(where)) };
}

/** The parts of `design` that are given. */
function given(design: SweepDesign): SweepDesign {
  return Object.fromEntries(Object.entries(design).filter(([, value]) => value !== undefined));
}
