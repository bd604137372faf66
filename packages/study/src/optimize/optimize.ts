import { Problems, type Scenario } from "@tokenyard/scenario";
import { axisOf } from "../axis.ts";
import { inProcessRunner } from "../in-process-runner.ts";
import { isImpossible, type ParameterValue, type Point } from "../point.ts";
import type { PointResult } from "../point-result.ts";
import type { Runner, StopSignal } from "../runner.ts";
import { scenarioChanger } from "../scenario-changer.ts";
import { sweepPoints } from "../sweep.ts";
import type { Vary } from "../vary.ts";
import { parametersOf } from "./choice.ts";
import { Findings } from "./findings.ts";
import type { Optimum } from "./optimum.ts";
import { type OpenProspect, prospectsOf } from "./prospect.ts";
import { type Asked, questionOf } from "./question.ts";
import { Search } from "./search.ts";
import { choicesOf, DECIDED, type Decided, ownChoice, type SpaceOptions } from "./space.ts";

export interface OptimizeOptions extends Asked {
  /** Most GPUs that a plan may have; 1024 when none is given. */
  readonly maxGpus?: number;
  /** Values of what a search decides, to be looked at instead of its own; and of other paths, which are then decided too. */
  readonly vary?: Vary;
  /** Most plans to run. */
  readonly points?: number;
  /** Asked between plans; once true, no further one is run. An edge that has a clock can bound the seconds here. */
  shouldStop?(): boolean;
  /** Once aborted, runs under way are given up and the search ends with what it has. */
  readonly signal?: StopSignal;
  /** This thread when none is given. */
  readonly runner?: Runner;
  /** Whether plans that provably cannot win are left out, as they are unless told otherwise. */
  readonly prune?: boolean;
}

const MOST_GPUS = 1024;
const LOOKS = 1000; // choices between two signs of life

/**
 * Looks for the plan of `scenario` with the best objectives that holds the constraints. Yields what it has found so far, again and again;
 * the last is the answer, the same for any runner, and with or without `prune`. Throws Problems of what is asked at once.
 *
 * All choices are bounded first. Those with the best hopes are run first; one whose hopes a plan that was run beats is not run at all.
 */
export async function* optimize(scenario: Scenario, options: OptimizeOptions): AsyncGenerator<Optimum, void, void> {
  const { sweep: _, ...own } = scenario;
  const question = questionOf(own, options);
  const { variants, space } = spaceOf(own, options);
  const { runner = inProcessRunner(), signal, prune = true, points = Number.POSITIVE_INFINITY } = options;
  const runs = signal === undefined ? {} : { signal };
  const isStopped = () => signal?.aborted === true || options.shouldStop?.() === true;
  const findings = new Findings(question);

  let given: PointResult | undefined;
  for await (const row of runner.run([ownPoint(own)], runs)) given = row;
  if (given !== undefined) findings.give(given);

  let pruned = 0;
  let looked = 0;
  const open: OpenProspect[] = [];
  const isGiven = given !== undefined && variants.length === 1 && startsWithOwn(own, space);
  for (const prospect of prospectsOf(variants, question, space, prune)) {
    if (looked === 0 && isGiven) findings.add(0, given!);
    else if (prospect.status === "open") open.push(prospect);
    else if (prospect.status === "infeasible") findings.reject(prospect.problems);
    else pruned++;
    if (++looked % LOOKS !== 0) continue;
    yield findings.optimum(pruned, null);
    if (isStopped()) return;
  }

  const search = new Search(open, question, { most: points - 1, isStopped });
  if (isGiven) search.settle(0, given!);
  const soFar = () => findings.optimum(pruned + search.pruned, open.length - search.pruned - search.examined, search.isProven);
  yield soFar();
  for await (const row of runner.run(search.points(), runs)) {
    findings.add(search.arrive(row).index, row);
    yield soFar();
  }
  yield soFar();
}

/** The last that `optimize` yields. */
export async function optimum(scenario: Scenario, options: OptimizeOptions): Promise<Optimum> {
  let last: Optimum | undefined;
  for await (const soFar of optimize(scenario, options)) last = soFar;
  return last!;
}

function ownPoint(scenario: Scenario): Point {
  const choice = ownChoice(scenario);
  return { index: 0, parameters: choice === undefined ? {} : parametersOf(choice), scenario };
}

/** Whether the first choice of the space is the scenario's own. */
function startsWithOwn(scenario: Scenario, space: SpaceOptions): boolean {
  const own = ownChoice(scenario);
  const first = choicesOf(scenario, space).next().value;
  return own !== undefined && first !== undefined && JSON.stringify(parametersOf(own)) === JSON.stringify(parametersOf(first));
}

/** Scenarios whose plans are looked at, and which plans. Throws Problems of `vary`, and when there are no plans. */
function spaceOf(scenario: Scenario, { vary = {}, maxGpus = MOST_GPUS }: OptimizeOptions) {
  const only: Partial<Record<Decided, readonly ParameterValue[]>> = {};
  const others: Record<string, Vary[string]> = {};
  for (const [path, given] of Object.entries(vary)) {
    const decided = DECIDED.find((each) => each === path);
    if (decided === undefined) others[path] = given;
    else only[decided] = decidedValues(scenario, decided, given);
  }
  const isAlone = Object.keys(others).length === 0;
  const variants: Point[] = isAlone ? [{ index: 0, parameters: {}, scenario }] : [...sweepPoints(scenario, { vary: others })];
  return { variants, space: { maxGpus, only } satisfies SpaceOptions };
}

function decidedValues(scenario: Scenario, path: Decided, given: Vary[string]): readonly ParameterValue[] {
  const axis = axisOf(path, given);
  if (!("values" in axis)) throw new Problems([{ path: ["vary", path], wanted: "values, or a range with a step" }]);
  const change = scenarioChanger(scenario);
  const problems = axis.values.map((value) => change({ [path]: value })).flatMap((made) => (isImpossible(made) ? made.problems : []));
  if (problems.length > 0) throw new Problems(problems);
  return axis.values;
}
