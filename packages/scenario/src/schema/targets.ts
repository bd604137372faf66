import * as z from "zod";
import { METRICS, metricOf, metricPaths } from "../metrics/metrics.ts";
import { nearest } from "../problems/nearest.ts";
import { formatQuantity, parseQuantity, wantedQuantity } from "../quantities/quantity.ts";
import type { Unit } from "../quantities/units.ts";
import { withTrait } from "./language/trait.ts";

/** Bounds that `verify` judges, and no run: a share of a layer's largest number, at most; shares of output tokens and of choices of experts, at least. */
export const NUMERIC: Readonly<Record<string, Unit | "">> = { "numerics.relative": "", "numerics.tokens": "%", "numerics.routing": "%" };

/** Whether `verify` judges the target `name`. */
export function isNumeric(name: string): boolean {
  return Object.hasOwn(NUMERIC, name);
}

/**
 * Targets by metric. As written: a quantity as text, or a bare number where the metric has no unit; checked: a number in the report's unit.
 * Bounds of numerics may be written as one map, too.
 */
export const targetsSchema = withTrait(
  z.record(z.string(), z.union([z.number(), z.string()])).transform((written, context) => {
    const targets: Record<string, number> = {};
    for (const [name, value] of Object.entries(written)) {
      const checked = checkedTarget(name, value);
      if (typeof checked === "number") targets[name] = checked;
      else context.addIssue({ code: "custom", path: [name], message: checked.wanted, input: value, params: checked });
    }
    return targets;
  }),
  { write: writtenTargets, nests: "numerics" },
).meta({ id: "targets" });

function writtenTargets(targets: unknown): object {
  return Object.fromEntries(
    Object.entries(targets as Readonly<Record<string, number>>).map(([name, value]) => {
      const unit = NUMERIC[name] ?? metricOf(name)?.unit ?? "";
      return [name, unit === "" ? value : formatQuantity(value, unit)];
    }),
  );
}

function checkedTarget(name: string, value: number | string): number | { wanted: string; given?: string; suggestion?: string } {
  if (isNumeric(name)) return numericTarget(NUMERIC[name]!, value);
  const metric = metricOf(name);
  if (metric === undefined) {
    if (/^numerics\b/.test(name)) return wrongNumeric(name);
    const suggestion = nearest(name, [...METRICS.map((known) => known.name), ...Object.keys(NUMERIC), ...metricPaths()]);
    const wanted = `a metric: ${METRICS.map((known) => known.name)
      .filter((known) => !known.includes("."))
      .join(", ")}, or a path of the report`;
    return { wanted, given: "unknown metric", ...(suggestion === undefined ? {} : { suggestion }) };
  }
  if (metric.unit !== "") {
    if (typeof value === "number") return { wanted: wantedQuantity(metric.unit) };
    const parsed = parseQuantity(value, metric.unit);
    if (typeof parsed !== "number") {
      const [, sign, bare = ""] = /^\s*([<>]?)=?\s*(.*)$/s.exec(value)!; // targets have their direction of their own
      if (bare === value || typeof parseQuantity(bare, metric.unit) !== "number") return { wanted: parsed.wanted };
      const isUpper = metric.better === "less";
      if (sign === (isUpper ? ">" : "<"))
        return { wanted: `${parsed.wanted}, as ${isUpper ? "an upper" : "a lower"} bound: ${metric.better} is better` };
      return { wanted: parsed.wanted, suggestion: bare };
    }
    return metric.range === "share" && parsed > 1 ? { wanted: `at most 100 %: ${name} is never more` } : parsed;
  }
  return typeof value === "number" && value >= 0 && value <= Number.MAX_VALUE ? value : { wanted: "a number from 0 up, without a unit" };
}

/** Problem of a bound of numerics that does not exist, or that is stated both inside and outside the map `numerics`. */
function wrongNumeric(name: string): { wanted: string; given?: string; suggestion?: string } {
  const names = Object.keys(NUMERIC);
  const wanted = `${names.slice(0, -1).join(", ")} or ${names.at(-1)}`;
  const suggestion = nearest(name, names);
  return name === "numerics"
    ? { wanted: `a map of relative, tokens and routing, each of which is stated once` }
    : { wanted, given: "unknown", ...(suggestion === undefined ? {} : { suggestion }) };
}

function numericTarget(unit: Unit | "", value: number | string): number | { wanted: string } {
  if (unit === "")
    return typeof value === "number" && value > 0 && value <= 1 ? value : { wanted: "a number above 0, up to 1, such as 1e-3" };
  const share = typeof value === "number" ? undefined : parseQuantity(value, unit, { max: 1 });
  return typeof share === "number" ? share : { wanted: share?.wanted ?? wantedQuantity(unit) };
}
