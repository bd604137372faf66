import type { Report } from "@tokenyard/report";
import { metricOf, type Scenario, type Unit } from "@tokenyard/scenario";
import type { SeedsEstimate } from "../seeds/pooled-seeds.ts";
import { type Estimate, estimateOf } from "../statistics/estimate.ts";
import type { LoadRuns } from "./load-runs.ts";
import type { Requirement } from "./requirement.ts";

/** A number of a run, as people call it, by its name or path in the report. */
export interface CapacityMetric {
  readonly name: string;
  readonly metric: string;
  readonly unit: Unit | "";
}

/** Results of the replications at the capacity. */
export interface AtCapacity {
  readonly gpus: number;
  /** Requests that finished, a second without the drain, and over the GPUs. */
  readonly requestsPerSecondPerGpu: Estimate;
  /** [metrics] estimates of latencies over all pooled requests, else over the runs; null where no run had a value */
  readonly estimates: readonly (SeedsEstimate | null)[];
  /** Report of the first seed. */
  readonly report: Report;
}

export function atCapacity(runs: LoadRuns, metrics: readonly CapacityMetric[]): AtCapacity {
  const { reports } = runs;
  const [report] = reports;
  return {
    gpus: report!.gpus,
    requestsPerSecondPerGpu: estimateOf(
      reports.map(({ throughput, gpus }) => (throughput.requestsPerSecond ?? 0) / gpus),
      "positive",
    )!,
    estimates: metrics.map(({ metric }) => {
      const path = metricOf(metric)?.path;
      return (path === undefined ? undefined : runs.estimate(path)) ?? null;
    }),
    report: report!,
  };
}

/** Shown at each load; of a steady decode, which has no requests a second, the first alone. */
const ALWAYS = ["throughputPerGpu", "goodput"];

/** The metrics of the requirements on `scenario`, and a few that every user needs. */
export function metricsOf({ workload }: Scenario, requirements: readonly Requirement[]): CapacityMetric[] {
  const named = requirements.flatMap(({ names, subject }) => names.map((metric) => ({ metric, name: subject ?? metric })));
  const shown = workload.kind === "steady-decode" ? ALWAYS.slice(0, 1) : ALWAYS;
  const all = new Map([...named, ...shown.map((metric) => ({ metric, name: metric }))].map(({ metric, name }) => [metric, name]));
  return [...all].flatMap(([metric, name]) => {
    const known = metricOf(metric);
    return known === undefined ? [] : [{ name, metric, unit: known.unit }];
  });
}
