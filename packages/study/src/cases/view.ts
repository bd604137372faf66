import { type Scenario, targetsOf } from "@tokenyard/scenario";

/** A formula of a view, by its place, and which direction of it is better. */
export interface StudyGoal {
  readonly at: number;
  readonly better: "less" | "more";
}

/** Metric to sort by, and the one to plot against it. */
export type StudyGoals = readonly [sort: StudyGoal, against: StudyGoal];

const STEADY_SHOWN = ["tpot", "itl.p99", "decodeThroughputPerGpu", "gpus", "droppedShare"];
const METRICS_SHOWN = ["ttft", "tpot", "throughputPerGpu", "gpus", "droppedShare"];

/** A metric that is shown by default, with its better direction. */
export type UsualGoal = readonly [text: string, better: StudyGoal["better"]];
const THROUGHPUT: UsualGoal = ["throughputPerGpu", "more"];

/**
 * Default metric to sort by, and the one to plot against it. Under a load with a rate of its own, throughput is what is offered, not what a
 * plan can do: there it is the requests that meet their targets, or without targets the latency.
 */
export function usualGoals({ workload: { kind }, targets }: Scenario): readonly [sort: UsualGoal, against: UsualGoal] {
  if (kind === "steady-decode")
    return [
      ["decodeThroughputPerGpu", "more"],
      ["tpot", "less"],
    ];
  if (kind === "batch" || kind === "closed") return [THROUGHPUT, ["ttft", "less"]];
  const latency: UsualGoal = ["ttft.p99", "less"];
  return Object.keys(targets).length > 0 ? [["goodput / gpus", "more"], latency] : [latency, THROUGHPUT];
}

/** Metrics shown by default: those of the targets, or a few common ones. */
export function metricsShown(scenario: Scenario): string[] {
  const targets = targetsOf(scenario).map(({ metric }) => metric.name);
  if (targets.length > 0) return [...new Set([...targets, "gpus"])];
  return scenario.workload.kind === "steady-decode" ? STEADY_SHOWN : METRICS_SHOWN;
}
