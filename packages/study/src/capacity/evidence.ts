import type { LoadRuns, Stand } from "./load-runs.ts";
import type { Requirement } from "./requirement.ts";

/** Conclusion of several seeds about a load; `too-short`: half of the runs say nothing of a steady load, and more seeds of the same length would not. */
export type Evidence = "met" | "missed" | "not-enough-evidence" | "too-short";

/** Source: docs/statistics.md#verdicts. */
const FAR = 5;
const FEWEST = 8;

const LOW: Stand = (_, { value, interval }) => interval?.low ?? value;
const HIGH: Stand = (_, { value, interval }) => interval?.high ?? value;

/**
 * Whether a load holds, by the intervals of the pooled requests of `runs`: met where every requirement holds at both ends of all that it names, or by far;
 * missed where one holds at neither, where half of the runs have no steady load, most of them as their queues grow, and where nothing is
 * required, but some requests are never answered.
 */
export function evidenceOf(runs: LoadRuns, requirements: readonly Requirement[]): Evidence {
  const bursts = runs.behind.filter(({ warning }) => warning.code === "burst").length;
  const isShort = runs.isBehind && 2 * bursts > runs.behind.length;
  if ((runs.isBehind && !isShort) || (requirements.length === 0 && runs.unanswered.length > 0)) return "missed";
  const verdicts = requirements.map((requirement) => requirementEvidence(requirement, runs));
  if (verdicts.includes("missed")) return "missed";
  if (isShort) return "too-short";
  return runs.behind.length > 0 || verdicts.includes("not-enough-evidence") ? "not-enough-evidence" : "met";
}

function requirementEvidence(requirement: Requirement, runs: LoadRuns): Evidence {
  const at = (stand: Stand) => runs.holds(requirement, stand);
  const [low, high] = [at(LOW), at(HIGH)];
  if (low && high) return "met";
  if (!low && !high) return "missed";
  const isFar = runs.reports.length >= FEWEST && at((values) => FAR * Math.max(...values)) && at((values) => Math.min(...values) / FAR);
  return isFar ? "met" : "not-enough-evidence";
}
