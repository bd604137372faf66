import { compilePlan } from "@tokenyard/placement";
import { parseScenario } from "@tokenyard/scenario";
import { expect, test } from "vitest";
import { programOf } from "./program.ts";

test("shared experts run before the routed ones, so that results go back as soon as they are there", () => {
  const scenario = parseScenario({
    tokenyard: 1,
    model: {
      layers: 1,
      hiddenSize: 8,
      attention: { heads: 4, kvHeads: 4, headSize: 2 },
      experts: { count: 4, topK: 1, hiddenSize: 8, shared: 1 },
    },
    cluster: { gpu: "plan-card", network: "hgx-h100-ndr" },
    parallelism: { expert: 4 },
    workload: { kind: "batch", sequences: 1, promptTokens: 1, outputTokens: 1 },
  });
  const { ops } = programOf(scenario, compilePlan(scenario), 0, 0);
  expect(ops.map(({ work }) => work)).toEqual(["attention", "gate", "dispatch", "shared", "experts", "combine"]);
});

test("a dense feed-forward beside experts sees all rows of its data group: they are scattered behind it", () => {
  const scenario = parseScenario({
    tokenyard: 1,
    model: {
      layers: 1,
      hiddenSize: 8,
      layerKinds: {
        both: {
          mixer: { kind: "grouped-query", heads: 4, kvHeads: 4, headSize: 2 },
          feedForward: { kind: "dense-and-experts", hiddenSize: 8 },
        },
      },
      layerPattern: ["both"],
      experts: { count: 4, topK: 1, hiddenSize: 8 },
    },
    cluster: { gpu: "plan-card", network: "hgx-h100-ndr" },
    parallelism: { expert: 4, attention: { tensor: 2 } },
    workload: { kind: "batch", sequences: 2, promptTokens: 2, outputTokens: 1 },
  });
  const { ops } = programOf(scenario, compilePlan(scenario), 0, 0);
  expect(ops.map(({ work }) => work)).toEqual([
    "attention",
    "reduce-attention", // each rank has a shard of the dense matrices, for all rows
    "dense",
    "reduce-scatter",
    "gate",
    "dispatch",
    "experts",
    "combine",
    "all-gather",
  ]);
});
