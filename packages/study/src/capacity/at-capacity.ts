import type { Formula } from "@tokenyard/expression";
import type { Report } from "@tokenyard/report";
import type { Range, Unit } from "@tokenyard/scenario";
import { resultScope } from "../points/words.ts";
import { type Estimate, estimateOf } from "../statistics/estimate.ts";

/** A number of a run, as people call it, by its name or path in the report. */
export interface CapacityMetric {
  readonly name: string;
  readonly metric: string;
  readonly unit: Unit | "";
}

/** What the replications at the capacity say. */
export interface AtCapacity {
  readonly gpus: number;
  /** Requests that finished, a second without the drain, and over the GPUs. */
  readonly requestsPerSecondPerGpu: Estimate;
  /** [metrics] Null where no run had a value. */
  readonly estimates: readonly (Estimate | null)[];
  /** Of the first seed. */
  readonly report: Report;
}

export function atCapacity(reports: readonly Report[], formulas: readonly Formula[]): AtCapacity {
  const [report] = reports;
  const estimate = (measure: (report: Report) => number | null, range: Range) =>
    estimateOf(
      reports.map(measure).filter((value) => value !== null),
      range,
    );
  return {
    gpus: report!.gpus,
    requestsPerSecondPerGpu: estimate(({ throughput, gpus }) => (throughput.requestsPerSecond ?? 0) / gpus, "positive")!,
    estimates: formulas.map(({ evaluate, range }) => estimate((each) => evaluate(resultScope(each)), range) ?? null),
    report: report!,
  };
}
