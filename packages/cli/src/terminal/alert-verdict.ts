import type { ConcludedRule, Report } from "@tokenyard/report";

type Rule = NonNullable<Report["alertRules"]>[number];

/** Verdicts of each rule; `healthy` is the report without the faults, undefined where there are none. */
export function verdictsOf(report: Report, healthy: Report | undefined): ConcludedRule[] {
  return (report.alertRules ?? []).map((rule, i) => verdictOf(rule, healthy?.alertRules?.[i]));
}

function verdictOf(rule: Rule, healthy: Rule | undefined): ConcludedRule {
  const side = rule.above === null ? "below" : "above";
  return {
    name: rule.name,
    metric: rule.metric,
    side,
    bound: (rule.above ?? rule.below)!,
    forSeconds: rule.forSeconds,
    withFaults: rule.fired,
    without: healthy?.fired ?? null,
    verdict: healthy === undefined ? (rule.fired > 0 ? "fires" : "never") : judged(rule.fired > 0, healthy.fired > 0),
    separates: healthy === undefined ? null : separates(side, rule.sustained, healthy.sustained),
  };
}

function judged(withFaults: boolean, without: boolean): ConcludedRule["verdict"] {
  if (without) return "wrongly";
  return withFaults ? "rightly" : "never";
}

function separates(side: "above" | "below", struck: number | null, healthy: number | null): ConcludedRule["separates"] {
  if (struck === null) return null;
  if (healthy === null) return { from: null, to: struck };
  const isWorse = side === "above" ? struck > healthy : struck < healthy;
  return isWorse ? { from: healthy, to: struck } : null;
}
