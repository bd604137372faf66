import type { Report, TargetOutcome } from "./report.ts";

/** What a metric of `@tokenyard/scenario` tells: where it stands in the report, and which direction is better. */
export interface ReportMetric {
  readonly name: string;
  /** Keys from the report's root, as `ttftSeconds.max`; `tokens.dropped / tokens.routed` is their ratio. */
  readonly path: string;
  readonly better: "less" | "more";
}

/** A metric with the value it should reach, in the report's unit. */
export interface ReportTarget {
  readonly name: string;
  readonly metric: ReportMetric;
  readonly value: number;
}

/** The number that `metric` names in `report`; null when it has no value there. */
export function metricValue(report: Omit<Report, "targets" | "warnings">, metric: Pick<ReportMetric, "path">): number | null {
  const [part, whole] = metric.path.split(" / ").map((path) => numberAt(report, path));
  if (part === undefined || part === null) return null;
  if (whole === undefined) return part;
  return whole === null || whole === 0 ? null : part / whole;
}

export function targetOutcome(report: Omit<Report, "targets" | "warnings">, target: ReportTarget): TargetOutcome {
  const actual = metricValue(report, target.metric);
  return { name: target.name, metric: target.metric.path, target: target.value, actual, met: actual !== null && meets(actual, target) };
}

function meets(actual: number, { metric, value }: ReportTarget): boolean {
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
