import type { Metric, Target } from "@tokenyard/scenario";
import type { Report, TargetOutcome } from "../schema/report.ts";

/** A report before its targets are judged. */
type Unjudged = Omit<Report, "conclusion" | "modelError" | "targets" | "warnings">;

/** The number that `metric` names in `report`, in the report's unit; null when it has no value there, Infinity when it is longer than any bound. */
export function metricValue(report: Unjudged, metric: Pick<Metric, "path">): number | null {
  const [part, whole] = metric.path.split(" / ").map((path) => numberAt(report, path));
  if (part === undefined || part === null) return null;
  if (whole === undefined) return part;
  return whole === null || whole === 0 ? null : part / whole;
}

/** `keepsUp`: whether requests came at rates of their own, and the plan served all that came. */
export function targetOutcome(report: Unjudged, target: Target, keepsUp: boolean): TargetOutcome {
  const actual = metricValue(report, target.metric);
  const never = actual === Number.POSITIVE_INFINITY;
  return {
    name: target.name,
    metric: target.metric.path,
    target: target.value,
    actual: never ? null : actual,
    ...(never ? { never } : {}),
    met: actual !== null && meets(actual, target),
    ...(keepsUp && actual !== null && !meets(actual, target) && isOffered(report, target.metric) ? { offered: true } : {}),
  };
}

/** Whether `metric` of a plan that keeps up equals the offered load, and no more. */
function isOffered({ attainment }: Pick<Report, "attainment">, { path }: Pick<Metric, "path">): boolean {
  return path.startsWith("throughput.") || (path.startsWith("goodput.") && attainment?.["all"] === 1);
}

function meets(actual: number, { metric, value }: Target): boolean {
  return metric.better === "less" ? actual <= value : actual >= value;
}

function numberAt(tree: unknown, path: string): number | null {
  let at = tree;
  let within = tree;
  for (const key of path.split(".")) {
    if (typeof at !== "object" || at === null || !Object.hasOwn(at, key)) return null;
    within = at;
    at = (at as Record<string, unknown>)[key];
  }
  if (at === null && isNever(within as object)) return Number.POSITIVE_INFINITY;
  return typeof at === "number" ? at : null;
}

/** Whether the numbers that are missing in this part of a report are longer than any bound. */
export function isNever(part: object): boolean {
  return "unanswered" in part || "endless" in part;
}
