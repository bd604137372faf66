import type { Report } from "@tokenyard/report";

type Rule = NonNullable<Report["alertRules"]>[number];

/** What a rule is worth: whether it tells a run with faults from one without. */
export interface Verdict {
  readonly name: string;
  readonly metric: string;
  readonly side: "above" | "below";
  readonly bound: number;
  /** It fires once it has held for so long; 0: at once. */
  readonly forSeconds: number;
  /** Alerts that fired. */
  readonly withFaults: number;
  /** Null where the scenario has no faults. */
  readonly without: number | null;
  readonly verdict: "rightly" | "wrongly" | "never" | "fires";
  /** A rule with any bound from the one to, and without, the other fires with the faults and not without; null where no bound does. Of `below` the first is the larger. */
  readonly separates: { readonly from: number | null; readonly to: number } | null;
}

/** Of each rule; `healthy` is the report without the faults, undefined where there are none. */
export function verdictsOf(report: Report, healthy: Report | undefined): Verdict[] {
  return (report.alertRules ?? []).map((rule, i) => verdictOf(rule, healthy?.alertRules?.[i]));
}

function verdictOf(rule: Rule, healthy: Rule | undefined): Verdict {
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

function judged(withFaults: boolean, without: boolean): Verdict["verdict"] {
  if (without) return "wrongly";
  return withFaults ? "rightly" : "never";
}

function separates(side: "above" | "below", struck: number | null, healthy: number | null): Verdict["separates"] {
  if (struck === null) return null;
  if (healthy === null) return { from: null, to: struck };
  const isWorse = side === "above" ? struck > healthy : struck < healthy;
  return isWorse ? { from: healthy, to: struck } : null;
}
