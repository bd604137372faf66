import type { RuleOutcome } from "@tokenyard/metrics";
import type { AlertRuleRow } from "@tokenyard/report";

/** Rows for rules that were evaluated every `everyMs`. */
export function alertRows(outcomes: readonly RuleOutcome[], everyMs: number): AlertRuleRow[] {
  return outcomes.map(({ rule, labels, episodes, fired, held, longestPendingMs, reach }) => ({
    name: rule.name,
    metric: rule.metric,
    unit: rule.unit,
    side: rule.side,
    bound: rule.bound,
    forMs: rule.forMs,
    everyMs,
    fired,
    held,
    longestPendingMs,
    reach,
    episodes: episodes.map(({ group, pendingMs, firingMs, resolvedMs }) => ({
      labels: Object.fromEntries(rule.by.map((label, i) => [label, labels[group]![i]!])),
      pendingMs,
      firingMs,
      resolvedMs,
    })),
  }));
}
