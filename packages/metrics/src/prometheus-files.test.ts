import type { AlertsSpec } from "@tokenyard/scenario";
import { expect, test } from "vitest";
import { AlertWatch } from "./alert-watch.ts";
import { exportedOf } from "./exported.ts";
import { familyOf } from "./family.ts";
import { KeptSamples } from "./kept-samples.ts";
import { boundText, openMetrics } from "./open-metrics.ts";
import { familiesOf, rulesFile, testFile } from "./prometheus-files.ts";
import { watchOf } from "./rule.ts";
import { Sample } from "./sample.ts";

/** The four of the plan. */
const PLAN: AlertsSpec = {
  every: 5,
  rules: [
    { name: "ExpertOverload", metric: "expertCapacityUse", by: ["layer", "expert"], over: 10, above: "90 %", for: 30 },
    { name: "GpuMemory", metric: "memoryShare", above: "85 %" },
    { name: "SlowCollective", metric: "collective.p99", by: ["op"], over: 30, above: "5 ms" },
    { name: "ThroughputDrop", metric: "throughputPerGpu", over: 30, below: "80 tokens/ms", for: 30, when: "busy" },
  ],
};

test("rules are written in the language of Prometheus", () => {
  expect(rulesFile(watchOf(PLAN))).toBe(`groups:
- name: tokenyard
  interval: 5s
  rules:
  - alert: ExpertOverload
    expr: "max by (layer, expert) (avg_over_time(tokenyard_expert_capacity_use_ratio[10s])) > 0.9"
    for: 30s
  - alert: GpuMemory
    expr: "max by () (tokenyard_rank_memory_set_aside_ratio) > 0.85"
  - alert: SlowCollective
    expr: "histogram_quantile(0.99, sum by (le, op) (rate(tokenyard_collective_seconds_bucket[30s]))) > 0.005"
  - alert: ThroughputDrop
    expr: "sum by () (rate(tokenyard_tokens_total[30s])) / sum by () (tokenyard_gpus) / 1000 < 80 and on () (tokenyard_requests_in_flight > 0)"
    for: 30s
`);
});

function sampled() {
  const watch = watchOf({ every: 5, rules: [{ name: "Memory", metric: "memoryShare", by: ["rank"], above: "85 %", for: 5 }] });
  const sample = new Sample();
  const shares = sample.add("memoryShare", [
    ["0", "0"],
    ["0", "1"],
  ]);
  sample
    .add("memory", [
      ["0", "0"],
      ["0", "1"],
    ])
    .fill(64 * 1024 * 1024);
  const kept = new KeptSamples(5_000, ["memoryShare", "memory"]);
  const alerts = new AlertWatch(watch);
  for (let i = 0; i < 3; i++) {
    shares.set([0.5, 0.9]);
    alerts.take(i * 5_000, sample);
    kept.take(i * 5_000, sample);
  }
  return { watch, sample, kept, outcomes: alerts.outcomes() };
}

test("the test lists the series, and what is pending and fires at the instants at which that changes and before", () => {
  const { watch, outcomes, kept } = sampled();
  expect(familiesOf(watch.rules)).toEqual(["memoryShare"]);
  expect(testFile(watch, outcomes, kept)).toBe(`rule_files: [rules.yml]
evaluation_interval: 5s
tests:
- interval: 5s
  input_series:
  - series: 'tokenyard_rank_memory_set_aside_ratio{replica="0",rank="0"}'
    values: '0.5x2'
  - series: 'tokenyard_rank_memory_set_aside_ratio{replica="0",rank="1"}'
    values: '0.9x2'
  alert_rule_test:
  - alertname: Memory
    eval_time: 0s
  - alertname: Memory
    eval_time: 5s
    exp_alerts:
    - exp_labels: {rank: "1"}
  - alertname: Memory
    eval_time: 10s
    exp_alerts:
    - exp_labels: {rank: "1"}
  promql_expr_test:
  - expr: 'ALERTS{alertname="Memory",alertstate="pending",rank="1"}'
    eval_time: 0s
    exp_samples:
    - labels: 'ALERTS{alertname="Memory",alertstate="pending",rank="1"}'
      value: 1
`);
});

test("OpenMetrics has one series after the other, with simulated timestamps, under our name and under those of others", () => {
  const { sample, kept } = sampled();
  const own = exportedOf(sample, ["tokenyard_rank_memory_set*"]);
  expect(
    [...openMetrics(own, kept)].join(""),
  ).toBe(`# HELP tokenyard_rank_memory_set_aside_ratio weights, workspace and all of the cache over the memory of the GPU
# TYPE tokenyard_rank_memory_set_aside_ratio gauge
# UNIT tokenyard_rank_memory_set_aside_ratio ratio
tokenyard_rank_memory_set_aside_ratio{replica="0",rank="0"} 0.5 0
tokenyard_rank_memory_set_aside_ratio{replica="0",rank="0"} 0.5 5
tokenyard_rank_memory_set_aside_ratio{replica="0",rank="0"} 0.5 10
tokenyard_rank_memory_set_aside_ratio{replica="0",rank="1"} 0.9 0
tokenyard_rank_memory_set_aside_ratio{replica="0",rank="1"} 0.9 5
tokenyard_rank_memory_set_aside_ratio{replica="0",rank="1"} 0.9 10
# EOF
`);
  const others = [...openMetrics(exportedOf(sample, ["DCGM_FI_DEV_FB_USED"]), kept)].join("");
  expect(others).toContain('DCGM_FI_DEV_FB_USED{gpu="0"} 32 5\n'); // MiB: half of 64
});

test("a histogram is written point by point, as a strict reader wants: at each instant its buckets by their bounds, the count and the sum", () => {
  const sample = new Sample();
  const ops = sample.add("collective", [["send"], ["dispatch"]]);
  const kept = new KeptSamples(5_000, ["collective"]);
  const samples = 300; // more than are written in one piece
  for (let i = 0; i < samples; i++) {
    ops.fill(i);
    kept.take(i * 5_000, sample);
  }
  const lines = [...openMetrics(exportedOf(sample), kept)]
    .join("")
    .split("\n")
    .filter((line) => line.startsWith("tokenyard_collective"));
  const counts = lines.map((line) => /^tokenyard_collective_seconds_(\w+)\{op="(\w+)"(?:,le="(.+)")?\} (\d+) (\d+)$/.exec(line)!.slice(1));
  const bounds = [...familyOf("collective").bounds!, Number.POSITIVE_INFINITY];
  const wanted = ["send", "dispatch"].flatMap((op) =>
    Array.from({ length: samples }, (_, i) => [
      ...bounds.map((bound) => ["bucket", op, boundText(bound), `${i}`, `${i * 5}`]),
      ["count", op, undefined, `${i}`, `${i * 5}`],
      ["sum", op, undefined, `${i}`, `${i * 5}`],
    ]).flat(),
  );
  expect(counts).toEqual(wanted);
});

test("a series is meant by its name and by those that its lines have", () => {
  const sample = new Sample();
  sample.add("finished", [[]]);
  sample.add("ttft", [[]]);
  const meant = (...patterns: string[]) => exportedOf(sample, patterns).map(({ name }) => name);
  expect(meant("tokenyard_requests_finished_total")).toEqual(meant("tokenyard_requests_finished"));
  expect(meant("tokenyard_time_to_first_token_seconds_bucket", "tokenyard_time_to_first_token_seconds_count")).toEqual([
    "tokenyard_time_to_first_token_seconds",
  ]);
  expect(meant("tokenyard_requests_finished_bucket", "tokenyard_time_to_first_token_seconds_total")).toEqual([]);
});

/** The test of `rule` on the memory of two ranks, whose shares are `rows`, one every 5 s. */
function memoryTest(rule: Omit<AlertsSpec["rules"][number], "name" | "metric">, rows: readonly (readonly [number, number])[]): string[] {
  const watch = watchOf({ every: 5, rules: [{ name: "Memory", metric: "memoryShare", by: ["rank"], ...rule }] });
  const sample = new Sample();
  const shares = sample.add("memoryShare", [
    ["0", "0"],
    ["0", "1"],
  ]);
  const kept = new KeptSamples(5_000, ["memoryShare"]);
  const alerts = new AlertWatch(watch);
  for (const [i, row] of rows.entries()) {
    shares.set(row);
    alerts.take(i * 5_000, sample);
    kept.take(i * 5_000, sample);
  }
  return testFile(watch, alerts.outcomes(), kept).split("\n");
}

test("by hand: an alert that waits, fires and ends, and one that is pending at the end, are each tested when they begin", () => {
  const low = [0.5, 0.5] as const;
  const lines = memoryTest({ above: "85 %", for: 10 }, [[0.9, 0.5], [0.9, 0.5], [0.95, 0.5], low, low, low, [0.5, 0.9], [0.5, 0.9]]);
  expect(lines.filter((line) => line.startsWith("    values:"))).toEqual(["    values: '0.9x1 0.95 0.5x4'", "    values: '0.5x5 0.9x1'"]);
  const [alerts, pending] = [lines.indexOf("  alert_rule_test:"), lines.indexOf("  promql_expr_test:")];
  // rank 0 is pending from 0 s, fires at 10 s and ends at 15 s; rank 1 is pending from 30 s, 5 s before the end
  expect(lines.slice(alerts + 1, pending).filter((line) => !line.includes("alertname"))).toEqual([
    "    eval_time: 0s",
    "    eval_time: 5s",
    "    eval_time: 10s",
    "    exp_alerts:",
    '    - exp_labels: {rank: "0"}',
    "    eval_time: 15s",
    "    eval_time: 25s",
    "    eval_time: 30s",
    "    eval_time: 35s",
  ]);
  expect(lines.slice(pending + 1).filter((line) => /expr|eval_time/.test(line))).toEqual([
    `  - expr: 'ALERTS{alertname="Memory",alertstate="pending",rank="0"}'`,
    "    eval_time: 0s",
    `  - expr: 'ALERTS{alertname="Memory",alertstate="pending",rank="1"}'`,
    "    eval_time: 30s",
  ]);
});

test("by hand: what began long before it fires is tested at 0 too, and an alert that does not wait is never pending", () => {
  const high = [0.9, 0.5] as const;
  const times = (lines: readonly string[]) => lines.filter((line) => line.includes("eval_time")).map((line) => line.trim().split(" ")[1]);
  expect(times(memoryTest({ above: "85 %", for: 15 }, [high, high, high, high, high]))).toEqual(["0s", "10s", "15s", "20s", "0s"]); // the last: pending
  const atOnce = memoryTest({ above: "85 %" }, [high, high]);
  expect(times(atOnce)).toEqual(["0s", "5s"]);
  expect(atOnce.slice(atOnce.indexOf("  promql_expr_test:"))).toEqual(["  promql_expr_test:", ""]);
});
