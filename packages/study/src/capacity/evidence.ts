import type { Scope } from "@tokenyard/expression";
import { metricValue, type Report } from "@tokenyard/report";
import { metricOf } from "@tokenyard/scenario";
import { resultScope } from "../points/words.ts";
import { PooledSeeds } from "../pooled-seeds.ts";
import type { Requirement } from "./requirement.ts";
import { breachesOf } from "./trial.ts";

/** What several seeds say of a load. */
export type Evidence = "met" | "missed" | "not-enough-evidence";

/** Source: docs/statistics.md#verdicts. */
const FAR = 5;
const FEWEST = 8;

/**
 * Whether a load holds, by the intervals of the pooled requests of `reports`: met where every requirement holds at both ends of all that it names, or by far;
 * missed where one holds at neither, or where half of the runs have queues that grow, or say nothing of a steady load.
 */
export function evidenceOf(reports: readonly Report[], requirements: readonly Requirement[]): Evidence {
  const behind = reports.filter((report) => breachesOf(report, []).length > 0).length;
  if (2 * behind >= reports.length) return "missed";
  const pool = new PooledSeeds();
  for (const report of reports) pool.add(report);
  const verdicts = requirements.map((requirement) => requirementEvidence(requirement, reports, pool));
  if (verdicts.includes("missed")) return "missed";
  return behind > 0 || verdicts.includes("not-enough-evidence") ? "not-enough-evidence" : "met";
}

function requirementEvidence({ holds, names }: Requirement, reports: readonly Report[], pool: PooledSeeds): Evidence {
  const own = reports.map((report) => holds(resultScope(report)));
  const isOfEach = names.some((name) => metricOf(name)?.path.endsWith("Seconds.max") === true);
  if (isOfEach && own.includes(false)) return "missed";
  const at = (end: (values: readonly number[], low: number, high: number) => number) => holds(scopeAt(reports, pool, end)) === true;
  const [low, high] = [at((_, low) => low), at((_, __, high) => high)];
  if (low && high) return "met";
  if (!low && !high) return "missed";
  const isFar = reports.length >= FEWEST && at((values) => FAR * Math.max(...values)) && at((values) => Math.min(...values) / FAR);
  return isFar ? "met" : "not-enough-evidence";
}

/** Names stand for an end of their intervals; what no chance moves, for itself. */
function scopeAt(
  reports: readonly Report[],
  pool: PooledSeeds,
  end: (values: readonly number[], low: number, high: number) => number,
): Scope {
  const first = resultScope(reports[0]!);
  return (name) => {
    const metric = metricOf(name);
    if (metric === undefined) return first(name);
    const values = reports.flatMap((report) => metricValue(report, metric) ?? []);
    const estimate = pool.estimate(metric.path, values);
    if (estimate === undefined || values.length < reports.length) return null;
    const { low, high } = estimate.interval ?? { low: estimate.value, high: estimate.value };
    return end(values, low, high);
  };
}
