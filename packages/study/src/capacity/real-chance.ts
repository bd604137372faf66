import { exp } from "@tokenyard/random";
import { DRAWS, deviationAt, drawnNoise, type LogSpread, sideOf } from "@tokenyard/report";
import { metricOf } from "@tokenyard/scenario";
import { inBounds } from "../winner/deciding-run.ts";
import { realPlans } from "../winner/real-plan.ts";
import type { LoadRuns } from "./load-runs.ts";
import type { Requirement } from "./requirement.ts";

/**
 * The probability that a load meets `requirements` on a real server, by the model's error and the seeds' closed intervals; undefined where nothing is required that has a
 * measured error, no measured run was like the plan, or the queue grows, of which measured runs say nothing.
 */
export function realChance(runs: LoadRuns, requirements: readonly Requirement[]): number | undefined {
  if (runs.isBehind) return undefined;
  const real = realPlans(runs.reports.slice(0, 1));
  if (!("plans" in real)) return undefined;
  const plan = real.plans[0]!;
  const pathOf = (name: string) => metricOf(name)?.path;
  const names = requirements.flatMap((requirement) => requirement.names);
  if (!names.some((name) => plan.errs(pathOf(name) ?? ""))) return undefined;
  const pooled = runs.scope((_, { value }) => value);
  const values = new Map(names.map((name) => [name, pooled(name)]));
  const seeds = new Map(names.map((name) => [name, seedsOf(runs, pathOf(name))]));
  const noise = drawnNoise();
  let holding = 0;
  for (let draw = 0; draw < DRAWS; draw++) {
    const scope = (name: string) => {
      const [value, spread, path] = [values.get(name), seeds.get(name), pathOf(name)];
      if (typeof value !== "number" || path === undefined) return value ?? null;
      return value * plan.factor(path, draw) * (spread === undefined ? 1 : exp(deviationAt(spread, noise[draw]!)));
    };
    if (requirements.every(({ holds }) => holds(scope) === true)) holding++;
  }
  return inBounds(holding / DRAWS);
}

function seedsOf(runs: LoadRuns, path: string | undefined): LogSpread | undefined {
  const { value, interval } = (path === undefined ? undefined : runs.estimate(path)) ?? { value: 0, interval: null };
  if (interval === null || !(value > 0) || !(interval.low > 0) || interval.high === null || !Number.isFinite(interval.high))
    return undefined;
  return { median: 0, below: sideOf(value, interval.low), above: sideOf(value, interval.high) };
}
