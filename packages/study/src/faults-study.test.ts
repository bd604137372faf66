import { formula } from "@tokenyard/expression";
import { parseScenario } from "@tokenyard/scenario";
import { expect, test } from "vitest";
import type { PointResult } from "./points/point-result.ts";
import { RESULT_WORDS, resultScope } from "./points/words.ts";
import { bestFirst, objective } from "./sweep/objective.ts";
import { sweep } from "./sweep/sweep.ts";

/** Two replicas, of which the second loses a GPU, for a time or for good. */
const STRUCK = parseScenario({
  tokenyard: 1,
  model: "plan-model",
  cluster: { gpu: "plan-card", network: "hgx-h100-ndr", gpusPerNode: 4 },
  parallelism: { expert: 4, data: 2 },
  workload: { kind: "open", rate: "1 requests/s", duration: "500 s", promptTokens: 200, outputTokens: 4, arrivals: "constant" },
  serving: { scheduler: "continuous" },
  faults: [{ kind: "gpu-lost", at: "10 s", for: "100 s", ranks: [5] }],
  health: "vllm-stock",
  targets: { outage: "60 s", downtime: "20 %" },
});
const ENGINES = ["vllm-stock", "vllm-scale-down", "sglang-elastic", "trtllm", "dynamo"];

test("one fault, five engines: health is an axis, and outage, failed and downtime are targets, columns and objectives", {
  tags: "long",
}, async () => {
  const rows: PointResult[] = [];
  for await (const row of sweep(STRUCK, { vary: { health: ENGINES, "faults.0.for": ["100 s", "200 s"] } })) rows.push(row);
  expect(rows).toHaveLength(10);
  const of = (name: string) =>
    rows.map((row) => (row.status === "ok" ? formula(name, RESULT_WORDS).evaluate(resultScope(row.report)) : Number.NaN));
  const outages = of("outage").map((seconds) => Math.round(seconds!));
  // known after 300 s from the first request that finds it, and 150 s; 9 + 26 + 1; 0 + 6.5; as the first; the GPU must be back, and 82 s
  expect(
    outages.map((seconds, i) => seconds - [450, 450, 36, 36, 7, 7, 450, 450, 182, 282][i]!).every((more) => more >= 0 && more <= 2),
  ).toBe(true);
  expect(of("failed")[0]).toBeGreaterThan(100);
  expect(of("failed")[8]).toBe(0); // they go elsewhere
  expect(of("downtime")[0]! / (outages[0]! / 2 / 503)).toBeCloseTo(1, 1); // half of the GPUs, over the run
  const met = rows.map((row) => row.status === "ok" && row.report.targets.every((target) => target.met));
  expect(met).toEqual([false, false, true, true, true, true, false, false, false, false]);
  const best = [...rows].sort(bestFirst([objective("failed", "less"), objective("outage", "less")]));
  expect(best[0]!.parameters).toEqual({ health: "sglang-elastic", "faults.0.for": "100 s" });
});
