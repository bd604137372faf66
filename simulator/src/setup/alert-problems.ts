import { watchOf } from "@tokenyard/metrics";
import type { RankMemory } from "@tokenyard/program";
import type { Warning } from "@tokenyard/report";
import { formatQuantity, type Problem, type Scenario, watchedOf } from "@tokenyard/scenario";
import { hasLatencyTargets } from "./latency-limits.ts";
import { tidy } from "./work/tidy.ts";

/** Numbers of samples that rules look back on, at most. */
const MOST_NUMBERS = 1 << 24;
/** What is 0 as long as nobody asks for anything. */
const NONE_WHEN_IDLE: ReadonlySet<string> = new Set(["throughputPerGpu", "finished", "goodput", "attempts", "hitShare"]);
/** An expert that gets so many times the mean load is no rarity, as gates go. */
const USUAL = 1.2;

/** What there are series of only in some scenarios. */
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
    metrics: ["kvUse", "running", "waiting", "preempted", "queue.p50", "queue.p99", "goodput"],
    isIn: ({ serving }) => serving.scheduler.kind !== "static",
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

/** Rules that watch what this scenario does not have. */
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
          wanted: `a longer time: rule ${i} looks back on more than ${MOST_NUMBERS} numbers`,
        },
      ];
    return [];
  });
}

/** Rules that never fire, whatever happens; and those that do, or nearly, in a system in which nothing is wrong. */
export function alertWarnings(scenario: Scenario, memory: RankMemory): Warning[] {
  const { alerts, routing, cluster } = scenario;
  if (alerts === undefined) return [];
  return watchOf(alerts).rules.flatMap(({ name, metric, side, bound, busy, unit }): Warning[] => {
    const { most } = watchedOf(metric)!;
    if (bound === (side === "above" ? most : 0)) {
      const limit = unit === "" ? bound : formatQuantity(bound, unit);
      return [{ code: "alert-cannot-fire", message: `${name} cannot fire: ${metric} is never ${side} ${limit}` }];
    }
    if (metric === "expertCapacityUse" && side === "above" && routing.capacityFactor !== undefined) {
      const times = bound * routing.capacityFactor;
      if (times > USUAL) return [];
      const message = `${name}: ${percent(bound)} of a capacity of ${routing.capacityFactor} times the mean load is ${tidy(times)} times the mean, which occurs by chance in small batches`;
      return [{ code: "alert-near-normal", message }];
    }
    if (metric === "memoryShare" && side === "above" && memory.reserved / cluster.gpu.memory > bound) {
      const message = `${name} fires under any load: ${percent(memory.reserved / cluster.gpu.memory)} of the memory is reserved, above its bound of ${percent(bound)}; memoryUse and kvUse measure actual use`;
      return [{ code: "alert-always-fires", message }];
    }
    if (side === "below" && NONE_WHEN_IDLE.has(metric) && !busy && scenario.workload.kind !== "batch") {
      return [{ code: "alert-when-idle", message: `${name} also fires while no request is in flight; \`when: busy\` prevents this` }];
    }
    return [];
  });
}

/** Whether an expert can be over its capacity. */
export function hasCapacity({ routing, model }: Scenario): boolean {
  return model.experts !== undefined && routing.capacityFactor !== undefined && routing.overflow.kind !== "none";
}

function percent(share: number): string {
  return `${tidy(share * 100)} %`;
}
