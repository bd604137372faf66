import type { Metric, Target } from "@tokenyard/scenario";
import type { Report, TargetOutcome } from "../schema/report.ts";

/** The number that `metric` names in `report`, in the report's unit; null when it has no value there. */
export function metricValue(report: Omit<Report, "targets" | "warnings">, metric: Pick<Metric, "path">): number | null {
  const [part, whole] = metric.path.split(" / ").map((path) => numberAt(report, path));
  if (part === undefined || part === null) return null;
  if (whole === undefined) return part;
  return whole === null || whole === 0 ? null : part / whole;
}

export function targetOutcome(report: Omit<Report, "targets" | "warnings">, target: Target): TargetOutcome {
  const actual = metricValue(report, target.metric);
  return { name: target.name, metric: target.metric.path, target: target.value, actual, met: actual !== null && meets(actual, target) };
}

function meets(actual: number, { metric, value }: Target): boolean {
  return metric.better === "less" ? actual <= value : actual >= value;
}

function numberAt(tree: unknown, path: string): number | null {
  let at = tree;
  for (const key of path.split(".")) {
    if (typeof at !== "object" || at === null || !Object.hasOwn(at, key)) return null;
    at = (at as Record<string, unknown>)[key];
  }
  return typeof at === "number" ? at : null;
}
