import { type Assumption, assumedValue } from "@tokenyard/scenario";

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
