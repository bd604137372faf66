import { counted } from "@tokenyard/scenario";
import type { AlertRuleRow } from "../recording/alert-rows.ts";
import type { Recording } from "../recording/recording.ts";
import type { AlertReport, AlertRuleReport } from "../schema/alerts-schema.ts";
import type { Report, Warning } from "../schema/report.ts";
import { seconds } from "../text/quantity.ts";

/** Outcome of the rules; empty without rules. */
export function alertsOf({ alerts }: Recording): Pick<Report, "alerts" | "neverFired" | "alertRules"> {
  if (alerts === undefined) return {};
  return {
    alerts: alerts.flatMap((rule) => rule.episodes.map((row) => alertOf(rule, row))),
    neverFired: alerts.filter(({ fired }) => fired === 0).map(({ name }) => name),
    alertRules: alerts.map(ruleOf),
  };
}

/** Rules that no run as short as this can make fire. */
export function alertWarnings({ alerts, horizonNs }: Recording): Warning[] {
  return (alerts ?? []).flatMap(({ name, forMs, everyMs, fired }) => {
    const lastMs = Math.floor(horizonNs / 1e6 / everyMs) * everyMs;
    if (fired > 0 || lastMs >= forMs) return [];
    const message = `${name} cannot fire: it waits ${seconds(forMs / 1e3)}, and the last of ${counted(lastMs / everyMs + 1, "evaluation")} is at ${seconds(lastMs / 1e3)}`;
    return [{ code: "alert-cannot-fire", message }];
  });
}

function alertOf({ name }: AlertRuleRow, { labels, pendingMs, firingMs, resolvedMs }: AlertRuleRow["episodes"][number]): AlertReport {
  const at = (ms: number) => (ms < 0 ? null : ms / 1e3);
  return {
    name,
    labels: { ...labels },
    pendingAtSeconds: pendingMs / 1e3,
    firingAtSeconds: at(firingMs),
    resolvedAtSeconds: at(resolvedMs),
  };
}

function ruleOf({ name, metric, side, bound, forMs, everyMs, fired, held, longestPendingMs, reach }: AlertRuleRow): AlertRuleReport {
  return {
    name,
    metric,
    above: side === "above" ? bound : null,
    below: side === "below" ? bound : null,
    forSeconds: forMs / 1e3,
    everySeconds: everyMs / 1e3,
    fired,
    pending: held - fired,
    longestPendingSeconds: longestPendingMs / 1e3,
    sustained: Number.isNaN(reach) ? null : reach,
  };
}
