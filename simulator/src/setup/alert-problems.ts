import { watchOf } from "@tokenyard/metrics";
import { formatQuantity, isDealtOut, type Problem, type Scenario } from "@tokenyard/scenario";
import { hasLatencyTargets } from "../inputs/latency-limits.ts";

/** Numbers of samples that rules look back on, at most. */
const MOST_NUMBERS = 1 << 24;

/** Metrics that only some scenarios have. */
const LACKING: readonly {
  readonly metrics: readonly string[];
  isIn(scenario: Scenario): boolean;
  given(scenario: Scenario): string;
  readonly wanted: string;
}[] = [
  {
    metrics: ["expertCapacityUse", "droppedShare"],
    isIn: hasCapacity,
    given({ model, routing: { capacityFactor, overflow } }) {
      if (capacityFactor !== undefined) return `overflow ${overflow.kind}`;
      return model.experts === undefined ? "a model without experts" : `overflow ${overflow.kind}, no capacityFactor`;
    },
    wanted: "routing.capacityFactor, and an overflow other than none",
  },
  {
    metrics: ["kvUse", "rankKvUse", "running", "waiting", "preempted", "queue.p50", "queue.p99", "itl.p50", "itl.p99", "goodput"],
    isIn: ({ serving }) => !isDealtOut(serving.scheduler),
    given: () => "the static scheduler",
    wanted: "another scheduler: continuous, prefill-first or cadence",
  },
  {
    metrics: ["goodput"],
    isIn: hasLatencyTargets,
    given: () => "no targets for latencies",
    wanted: "targets, as { ttft.p99: 1 s }",
  },
  {
    metrics: ["hitShare"],
    isIn: ({ serving: { kv } }) => kv?.prefixCache === true,
    given: () => "no prefix cache",
    wanted: "serving.kv: { prefixCache: true }",
  },
  {
    metrics: ["transfersWaiting"],
    isIn: ({ pools }) => pools !== undefined,
    given: () => "one pool",
    wanted: "pools: one that prefills and one that decodes",
  },
  { metrics: ["attempts"], isIn: ({ retries }) => retries !== undefined, given: () => "no retries", wanted: "retries" },
  {
    metrics: ["breakerOpen"],
    isIn: ({ retries }) => retries?.breaker !== undefined,
    given: () => "no breakers",
    wanted: "retries.breaker",
  },
];

/** Problems of rules that watch what this scenario does not have. */
export function alertProblems(scenario: Scenario): Problem[] {
  const { alerts, model } = scenario;
  if (alerts === undefined) return [];
  const { everyMs, rules } = watchOf(alerts);
  return rules.flatMap(({ metric, overMs, forMs }, i): Problem[] => {
    const path = ["alerts", "rules", i, "metric"];
    const lacking = LACKING.find((each) => each.metrics.includes(metric) && !each.isIn(scenario));
    if (lacking !== undefined) return [{ path, given: `${metric}: ${lacking.given(scenario)}`, wanted: lacking.wanted }];
    const numbers = ((overMs + forMs) / everyMs) * model.layers * (model.experts?.count ?? 1);
    if (metric === "expertCapacityUse" && numbers > MOST_NUMBERS)
      return [
        {
          path: ["alerts", "every"],
          given: formatQuantity(everyMs / 1e3, "s"),
          wanted: `a grownColumn time: rule ${i} looks back on more than ${MOST_NUMBERS} numbers`,
        },
      ];
    return [];
  });
}

/** Whether an expert can be over its capacity. */
export function hasCapacity({ routing, model }: Scenario): boolean {
  return model.experts !== undefined && routing.capacityFactor !== undefined && routing.overflow.kind !== "none";
}
