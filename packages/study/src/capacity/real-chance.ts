import { exp } from "@tokenyard/random";
import { DRAWS, deviationAt, drawnNoise, type LogSpread, sideOf } from "@tokenyard/report";
import { metricOf } from "@tokenyard/scenario";
import { inBounds } from "../winner/deciding-run.ts";
import { type RealPlan, realPlans } from "../winner/real-plan.ts";
import type { LoadRuns } from "./load-runs.ts";
import type { Requirement } from "./requirement.ts";

/**
 * The probability that a load meets `requirements` on a real server, by the model's error and the seeds' closed intervals; undefined where nothing is required that has a
 * measured error, no measured run was like the plan, or the queue grows, of which measured runs say nothing.
 */
export function realChance(runs: LoadRuns, requirements: readonly Requirement[]): number | undefined {
  const [holds] = realHolds([runs], requirements);
  return holds && inBounds(countOf(holds) / DRAWS);
}

/** Certainty of the capacity on a real server, and the loss if it does not hold there. */
export interface RealCapacity {
  /** Probability from 1 to 99 %. */
  readonly chance: number;
  /** By how much less the highest load is that was tried and holds then, as a share of the capacity in the mean, all of it where none does; null where the capacity always holds. */
  readonly regret: number | null;
}

/** A load that was tried, with its runs. */
export interface TriedLoad {
  readonly value: number;
  readonly runs: LoadRuns;
}

/** Capacity on real servers: the highest of `loads` that is met, all judged on the same drawn servers. Undefined where `realChance` is. */
export function realCapacity(loads: readonly TriedLoad[], requirements: readonly Requirement[]): RealCapacity | undefined {
  const down = [...loads].sort((a, b) => b.value - a.value);
  const held = realHolds(
    down.map(({ runs }) => runs),
    requirements,
  );
  const [own] = held;
  if (own === undefined) return undefined;
  const capacity = down[0]!.value;
  let lost = 0;
  for (let draw = 0; draw < DRAWS; draw++) {
    const left = down.find((_, at) => held[at]?.[draw] === 1)?.value ?? 0;
    lost += (capacity - left) / capacity;
  }
  const fails = DRAWS - countOf(own);
  return { chance: inBounds(countOf(own) / DRAWS), regret: fails === 0 ? null : lost / fails };
}

/** [loads][draws] Whether each of several loads meets `requirements` on the same drawn servers; undefined where nothing is known of it. */
function realHolds(loads: readonly LoadRuns[], requirements: readonly Requirement[]): (Uint8Array | undefined)[] {
  const known = loads.map((runs) => (runs.isBehind ? undefined : runs));
  const reports = known.flatMap((runs) => runs?.reports[0] ?? []);
  const real = realPlans(reports, 0);
  const plans = "plans" in real ? [...real.plans] : [];
  return known.map((runs) => {
    const plan = runs && plans.shift();
    return plan && holdsOn(plan, runs, requirements);
  });
}

function holdsOn(plan: RealPlan, runs: LoadRuns, requirements: readonly Requirement[]): Uint8Array | undefined {
  const pathOf = (name: string) => metricOf(name)?.path;
  const names = requirements.flatMap((requirement) => requirement.names);
  if (!names.some((name) => plan.errs(pathOf(name) ?? ""))) return undefined;
  const pooled = runs.scope((_, { value }) => value);
  const values = new Map(names.map((name) => [name, pooled(name)]));
  const seeds = new Map(names.map((name) => [name, seedsOf(runs, pathOf(name))]));
  const noise = drawnNoise();
  return Uint8Array.from({ length: DRAWS }, (_, draw) => {
    const scope = (name: string) => {
      const [value, spread, path] = [values.get(name), seeds.get(name), pathOf(name)];
      if (typeof value !== "number" || path === undefined) return value ?? null;
      return value * plan.factor(path, draw) * (spread === undefined ? 1 : exp(deviationAt(spread, noise[draw]!)));
    };
    return requirements.every(({ holds }) => holds(scope) === true) ? 1 : 0;
  });
}

function countOf(holds: Uint8Array): number {
  return holds.reduce((sum, each) => sum + each, 0);
}

function seedsOf(runs: LoadRuns, path: string | undefined): LogSpread | undefined {
  const { value, interval } = (path === undefined ? undefined : runs.estimate(path)) ?? { value: 0, interval: null };
  if (interval === null || !(value > 0) || !(interval.low > 0) || interval.high === null || !Number.isFinite(interval.high))
    return undefined;
  return { median: 0, below: sideOf(value, interval.low), above: sideOf(value, interval.high) };
}
