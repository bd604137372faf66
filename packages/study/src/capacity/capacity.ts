import { capacityConclusion, type StudyConclusion } from "@tokenyard/report";
import { hashOf, type Problem, Problems, type ReadPieces, resolvedOf, type Scenario, type Unit } from "@tokenyard/scenario";
import { studied, VERSION } from "@tokenyard/simulator";
import { valuelessProblems } from "../optimize/questions/valueless.ts";
import { planFacts } from "../points/plan-facts.ts";
import { scenarioChanger } from "../points/scenario-changer.ts";
import { tried } from "../points/tried.ts";
import { inProcessRunner } from "../runners/in-process-runner.ts";
import type { Runner, RunnerOptions } from "../runners/runner.ts";
import { checkSeeds } from "../seeds/replication.ts";
import { type AtCapacity, atCapacity, type CapacityMetric, metricsOf } from "./at-capacity.ts";
import { loadBounds } from "./bounds.ts";
import { evidenceOf } from "./evidence.ts";
import { ForeseenLoads, type ForeseenStart } from "./foreseen-loads.ts";
import { FreshSeeds } from "./fresh-seeds.ts";
import { highest } from "./highest.ts";
import { type LoadKnob, loadKnob } from "./load-knob.ts";
import { LoadRuns } from "./load-runs.ts";
import { PRECISION, precisionProblems, rangeOf } from "./looked-for.ts";
import { type RealCapacity, realCapacity, type TriedLoad } from "./real-chance.ts";
import { type Required, requirementsOf } from "./requirement.ts";
import { type Breach, isValueless, type Trial, trialOf } from "./trial.ts";

export interface CapacityOptions extends Required, RunnerOptions {
  /** Runs of each load, with seeds seed, seed + 1, …: it holds when all their requests together meet the targets. 8 when none is given. */
  readonly replications?: number;
  /**
   * Seeds of each look at a load near the result, fresh ones, such as 16, 32 and 64: they give the loads that surely hold and surely fail.
   * None by default.
   */
  readonly looks?: readonly number[];
  /**
   * Largest ratio between the value that holds and the one that does not, and between examined loads, as a share; 0.05 and 0.07 by default.
   */
  readonly precision?: number;
  /** The lowest and the highest value to try, in the unit of the load. */
  readonly from?: number;
  readonly to?: number;
  /** Whether the formula of loads says where doublings begin, as it may by default: the answer is the same. */
  readonly formula?: boolean;
  /** Bytes of files that the scenario names, as its trace: what `loadScenario` gives. */
  readonly readPieces?: ReadPieces;
  /** Runner; by default this thread. */
  readonly runner?: Runner;
  /** Called after each trial. */
  onTrial?(trial: Trial): void;
}

/** Result of a capacity search. Plain data, the same for the same question on any runner. */
export interface Capacity {
  readonly tokenyard: 1;
  readonly version: string;
  readonly scenario: { readonly name: string; readonly hash: string };
  readonly seed: number;
  /** Whether the scenario's own load holds, the largest load that holds, and what breaks first beyond. */
  readonly conclusion: StudyConclusion;
  /** The varied quantity: requests or sessions a second, concurrent users, or the speed of the trace. */
  readonly of: LoadKnob["of"];
  readonly path: LoadKnob["path"];
  readonly unit: Unit | "";
  /** Load that the scenario states. */
  readonly own: number;
  readonly replications: number;
  readonly precision: number;
  readonly requirements: readonly string[];
  /** Metrics in reports of trials: those of the requirements, and a few that every user needs. */
  readonly metrics: readonly CapacityMetric[];
  /** The highest value that was found to hold; null when none that was tried does. */
  readonly capacity: number | null;
  /**
   * The highest load that surely holds, and the lowest that surely fails, by the intervals of fresh seeds; null if there is none, or none
   * was requested.
   */
  readonly holdsTo: number | null;
  readonly failsFrom: number | null;
  /** Seeds of each look at those, fewest first. */
  readonly looks: readonly number[];
  /** The lowest value over it that was tried; it does not hold. Null when the highest that was tried holds. */
  readonly fails: number | null;
  /** Requirements that break first, at `fails`; if the run is too short for a statement on a steady load, more may hold. */
  readonly breaches: readonly Breach[];
  readonly atCapacity: AtCapacity | null;
  /** How sure it is on a real server; absent where measured runs say nothing of it. */
  readonly real?: RealCapacity;
  /** The load at which the formula of loads began the search; absent where it was not asked. */
  readonly foreseen?: ForeseenStart;
  /** Trials in the order in which they were made. */
  readonly trials: readonly Trial[];
  readonly runs: number;
  /** Whether the search ended before its time: it was stopped, or a run failed by a fault of the simulator. */
  readonly stopped: boolean;
}

const REPLICATIONS = 8;
/** Ratio of two loads that are examined with fresh seeds. Source: docs/capacity.md. */
const STEP = 0.07;
/** Fewer buckets of levels may not show that a queue grows. */
const FEWEST_LEVELS = 64;
/**
 * The highest load at which `scenario` meets its requirements: the rate of arrivals, the users of a closed loop, the speed of a trace. It
 * is bracketed by doubling or halving from the scenario's own, then bisected. Each value is run with several seeds and holds when their
 * pooled requests meet all requirements, and in more than half of the runs the queue no longer grows when the last request arrives, and
 * drains in no more time than the arrivals took. Source: docs/capacity.md. Throws all Problems of the question at once, before anything
 * runs, and RangeError for replications that do not exist.
 */
export async function capacity(scenario: Scenario, options: CapacityOptions = {}): Promise<Capacity> {
  throwIfAny(capacityProblems(scenario, options));
  const { sweep: _, ...bare } = scenario;
  const {
    replications = REPLICATIONS,
    precision = PRECISION,
    looks = [],
    formula = true,
    readPieces,
    runner = inProcessRunner({ readPieces }),
    onTrial,
  } = options;
  checkSeeds(bare, replications);
  const knob = loadKnob(bare);
  const requirements = requirementsOf(bare, options);
  const range = rangeOf(knob, options);
  planFacts(bare); // throws problems that no run could avoid
  const metrics = metricsOf(bare, requirements);
  const base = withLevels(studied(bare, readPieces && { readPieces }));
  const change = scenarioChanger(base);
  const parametersAt = (value: number) => ({ [knob.path]: knob.unit === "" ? value : `${value} ${knob.unit}` });
  const foreseen = formula ? new ForeseenLoads(base, (value) => change(parametersAt(value)), requirements) : undefined;
  const trials: Trial[] = [];
  const holding: TriedLoad[] = [];
  let isStopped = false;

  const { from, to } = range;
  const bracket = await highest({
    own: knob.own,
    from,
    to,
    precision,
    isWhole: knob.isWhole,
    holds: async (value) => {
      const parameters = parametersAt(value);
      const point = { index: 0, parameters, scenario: change(parameters) };
      const made = await trialOf({ value, point, replications, requirements, metrics, runner, options: runnerOptions(options) });
      if (made !== undefined) {
        trials.push(made.trial);
        onTrial?.(made.trial);
      }
      if (made === undefined || made.trial.breaches.some(({ kind }) => kind === "failed")) {
        isStopped = true;
        return undefined;
      }
      if (made.trial.holds && made.runs !== undefined) holding.push({ value, runs: made.runs });
      return made.trial.holds;
    },
    ...(foreseen === undefined ? {} : { foreseen: (value: number) => foreseen.holds(value) }),
    gaveNothing: (value) =>
      trials.some((trial) => trial.value === value && trial.breaches.some((breach) => isValueless(breach, requirements))),
  });

  const best = holding.reduce<TriedLoad | undefined>(
    (most, each) => (most === undefined || each.value > most.value ? each : most),
    undefined,
  );
  const real = realCapacity(holding, requirements);
  const around = bracket.holds ?? bracket.fails;
  const fresh = new FreshSeeds({ ...bare, seed: bare.seed + replications }, knob, change, runner, runnerOptions(options));
  const bounds =
    looks.length === 0 || isStopped || around === null
      ? { holdsTo: null, failsFrom: null }
      : await loadBounds({
          around,
          from,
          to,
          isWhole: knob.isWhole,
          step: options.precision ?? STEP,
          looks,
          evidence: async (value, seeds) => {
            const reports = await fresh.reports(value, seeds);
            if (reports === undefined) isStopped = true;
            return reports === undefined
              ? undefined
              : reports === "impossible"
                ? "missed"
                : evidenceOf(new LoadRuns(reports), requirements);
          },
        });

  const found: Omit<Capacity, "tokenyard" | "version" | "scenario" | "seed" | "conclusion"> = {
    of: knob.of,
    path: knob.path,
    unit: knob.unit,
    own: knob.own,
    replications,
    precision,
    requirements: requirements.map(({ label }) => label),
    metrics,
    capacity: bracket.holds,
    ...bounds,
    looks: [...looks],
    fails: bracket.fails,
    breaches: trials.find(({ value }) => value === bracket.fails)?.breaches ?? [],
    atCapacity: best === undefined ? null : atCapacity(best.runs, metrics),
    ...(real === undefined ? {} : { real }),
    ...(foreseen === undefined ? {} : { foreseen: foreseen.startOf(bracket, knob.own, trials) }),
    trials,
    runs: trials.reduce((sum, { runs }) => sum + runs, 0) + fresh.runs,
    stopped: isStopped,
  };
  const facts = { tokenyard: 1, version: VERSION, scenario: { name: bare.name, hash: hashOf(resolvedOf(bare)) }, seed: bare.seed } as const;
  return { ...facts, conclusion: capacityConclusion(found), ...found };
}

/** All problems of the question; `capacity` throws those of an impossible plan. */
export function capacityProblems(scenario: Scenario, options: CapacityOptions = {}): Problem[] {
  const { sweep: _, ...bare } = scenario;
  const problems: Problem[] = [];
  const knob = tried(problems, () => loadKnob(bare));
  if (knob !== undefined) problems.push(...rangeOf(knob, options).problems);
  problems.push(...precisionProblems(options.precision));
  const requirements = tried(problems, () => requirementsOf(bare, options));
  if (requirements !== undefined) problems.push(...aimless(bare, requirements.length));
  if (requirements !== undefined && knob !== undefined) problems.push(...valuelessProblems(requirements, [bare])); // a batch lacks much of what loads have
  return problems;
}

function runnerOptions({ signal, onProgress }: RunnerOptions): RunnerOptions {
  return { ...(signal === undefined ? {} : { signal }), ...(onProgress === undefined ? {} : { onProgress }) };
}

/** A closed loop is never overloaded: with nothing to miss, any number of users holds. A steady decode holds as many as its caches do. */
function aimless({ workload }: Scenario, requirements: number): Problem[] {
  if (workload.kind !== "closed" || requirements > 0) return [];
  return [{ path: ["targets"], wanted: "targets, or conditions, for a closed loop: it serves any number of users, only later" }];
}

function withLevels(scenario: Scenario): Scenario {
  const { measure } = scenario;
  return measure === undefined || measure.levels >= FEWEST_LEVELS ? scenario : { ...scenario, measure: { ...measure, levels: 128 } };
}

function throwIfAny(problems: readonly Problem[]): void {
  if (problems.length > 0) throw new Problems(problems);
}
