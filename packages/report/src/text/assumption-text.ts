import { type Assumption, assumedValue, assumedValues } from "@tokenyard/scenario";
import type { Report } from "../schema/report.ts";

/** Formats of a plan, by the key of `model.precision`. */
type Formats = Readonly<Record<string, unknown>>;

/** The values of `assumed` by path: as the resolved scenario has them, and formats that follow others as the plan has them. */
export function valuesOf(
  resolved: object,
  assumed: readonly Assumption[],
  { precision }: Pick<Report["plan"], "precision">,
): Readonly<Record<string, unknown>> {
  const formats: Formats = precision;
  const values = assumedValues(resolved, assumed);
  const planned = (path: string) => formats[path.slice(FORMATS.length)];
  return Object.fromEntries(
    Object.entries(values).map(([path, value]) => [path, path.startsWith(FORMATS) ? (planned(path) ?? value) : value]),
  );
}

const FORMATS = "model.precision.";

/**
 * An assumption with its value, which `values` has by path: `cluster.gpu.cost 3 USD/h`; `cluster.gpu.launch 2 us (0 us to 4 us)`;
 * `model.precision.weights fp8 (quant_method fp8)`.
 */
export function assumptionText(assumption: Assumption, values: Readonly<Record<string, unknown>>): string {
  const path = typeof assumption === "string" ? assumption : assumption.path;
  const valued = `${path} ${assumedValue(values[path])}`;
  if (typeof assumption === "string") return valued;
  return `${valued} (${"because" in assumption ? assumption.because : `${assumption.from} to ${assumption.to}`})`;
}
