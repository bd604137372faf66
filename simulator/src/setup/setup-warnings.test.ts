import { parseScenario } from "@tokenyard/scenario";
import { expect, test } from "vitest";
import { prepare } from "./prepare.ts";

const EXPERTS = { count: 16, topK: 1, hiddenSize: 64, matrices: 2 };
const MODEL = { layers: 4, hiddenSize: 64, attention: { heads: 4, kvHeads: 4, headSize: 16 }, experts: EXPERTS };
const GPU = { compute: "1 TFLOPS", computeEfficiency: "60 %", bandwidth: "1 TB/s", bandwidthEfficiency: "80 %", memory: "16 GB" };
const TIER = { bandwidth: "100 GB/s", latency: "1 us" };

/** Warnings by code, of a scenario with nothing to warn of but for `parts`. */
function warnings(parts: { model?: object; gpu?: unknown; kernels?: unknown; [part: string]: unknown } = {}): Record<string, string> {
  const { model, gpu = GPU, kernels = "roofline", ...rest } = parts;
  const scenario = parseScenario({
    tokenyard: 1,
    model: { ...MODEL, ...model },
    cluster: { gpu, kernels, network: { kind: "two-tier", node: TIER, fabric: TIER } },
    workload: { kind: "batch", sequences: 8, promptTokens: 100, outputTokens: 3 },
    ...rest,
  });
  return Object.fromEntries(prepare(scenario).warnings.map(({ code, message }) => [code, message]));
}

test("a sound scenario is warned of nothing", () => {
  expect(warnings()).toEqual({});
});

test("declared parameters are reported when they are more than 5 % off what the sizes give", () => {
  // 4 layers × (4 · 64 · 64 attention + 64 · 16 gate + 16 · 2 · 64 · 64 experts) = 4 × 148,480
  expect(warnings({ model: { declaredParameters: 593_920 * 1.04 } })).toEqual({});
  expect(warnings({ model: { declaredParameters: 5_939_200 } })).toEqual({
    "declared-parameters": "the plan declares 5,939,200 parameters, but its sizes give 593,920: 10.00 times as many are declared",
  });
});

test("what is said of experts is reported where the model has none", () => {
  const dense = { experts: undefined, dense: { hiddenSize: 256 } };
  expect(warnings({ model: dense })).toEqual({});
  expect(warnings({ model: dense, routing: { placement: "round-robin" } })).toEqual({
    "no-experts": "routing.placement changes nothing: the model has no experts",
  });
  expect(warnings({ model: dense, routing: { gate: "balanced", capacityFactor: 2, overflow: "none" } })).toEqual({
    "no-experts": "routing.gate, routing.capacityFactor and routing.overflow change nothing: the model has no experts",
  });
  expect(warnings({ routing: { gate: "balanced", placement: "round-robin" } })).toEqual({});
});

test("an efficiency that was neither stated nor measured is reported, whether it is a preset's guess or the peak itself", () => {
  const { computeEfficiency: _, ...unstated } = GPU;
  expect(warnings({ gpu: unstated })).toEqual({
    "assumed-efficiency": "the efficiency of the GPU was not measured: computeEfficiency 100 % assumed",
  });
  expect(warnings({ gpu: "l40s" })).toEqual({
    "assumed-efficiency": "the efficiency of the GPU was not measured: computeEfficiency 55 % and bandwidthEfficiency 80 % assumed",
  });
  expect(warnings({ gpu: "h100-sxm" })).toEqual({}); // fitted
});

test("decode micro-batches too small for the load-variance target are reported with the tokens that it takes", () => {
  // √(15 / 8) = 137 %; 15 / 0.2² = 375
  const small = { targets: { loadVariance: "20 %" } };
  expect(warnings(small)["small-decode-micro-batches"]).toMatch(
    /has 8 tokens for 16 experts.* about 137 %, over the target of 20 %, which needs 375 tokens$/,
  );
  expect(warnings({ ...small, routing: { gate: "balanced" } })).toEqual({});
  expect(warnings({ targets: { loadVariance: "140 %" } })).toEqual({});
});

test("data groups without a sequence are reported", () => {
  expect(warnings({ parallelism: { expert: 16 } })).toEqual({
    "empty-data-groups": "8 of 16 data groups have no sequence: 8 ranks of each stage have no attention to compute",
  });
});

test.each(["none", "two-batch"])("a pipeline that cannot fill is reported, with overlap %s", (overlap) => {
  const serving = (microBatches: number) => ({ scheduler: { kind: "static", microBatches }, overlap });
  expect(warnings({ parallelism: { pipeline: 4 }, serving: serving(4) })).toEqual({});
  expect(warnings({ parallelism: { pipeline: 4 }, serving: serving(3) })).toEqual({
    "unfilled-pipeline": "3 micro-batches cannot fill 4 stages: at least 1 places are empty at any time",
  });
});

test("ranks that hold no layer are reported", () => {
  expect(warnings({ parallelism: { pipeline: 6, tensor: 2 }, serving: { scheduler: { kind: "static", microBatches: 6 } } })).toEqual({
    "ranks-without-layers": "4 ranks hold no layer: there are 6 stages for fewer layers",
  });
});

test("ranks that have one slot more than others are reported, but where a map asks for them", () => {
  const on = (expert: number, placement: unknown, more: object = {}) =>
    warnings({
      ...more,
      parallelism: { expert },
      routing: { placement },
      workload: { kind: "batch", sequences: 240, promptTokens: 100, outputTokens: 3 },
    });
  const uneven = (reported: string) => ({ "uneven-slots": `${reported}, so under an even load these wait for those` });
  expect(on(3, "contiguous")).toEqual({
    "uneven-slots": "16 slots of experts on 3 ranks: 1 has 6, the others 5, so under an even load these wait for that one",
  });
  expect(on(12, "round-robin")).toEqual(uneven("16 slots of experts on 12 ranks: 4 have 2, the others 1"));
  expect(on(12, { kind: "redundant", spareSlots: 10 })).toEqual(uneven("26 slots of experts on 12 ranks: 2 have 3, the others 2"));
  expect(on(20, { kind: "redundant", spareSlots: 4 })).toEqual({});
  expect(on(12, "round-robin", { spares: { kind: "ranks", count: 1 } })).toMatchObject(
    uneven("16 slots of experts on 12 ranks: 4 have 2, the others 1"),
  );
  expect(on(12, "round-robin", { spares: { kind: "standby", perLayer: 8 } })).toEqual({});
  const layers = [Array.from({ length: 3 }, (_, e) => Array.from({ length: e === 2 ? 6 : 5 }, (_, i) => e * 5 + i))];
  expect(on(3, { kind: "map", layers })).toEqual({});
});

test("a GPU on the network of other GPUs is named with the numbers of both; its own, or one of the reader's, is not", () => {
  const on = (gpu: string, network: unknown) =>
    Object.fromEntries(
      prepare(
        parseScenario({
          tokenyard: 1,
          model: MODEL,
          cluster: { gpu, network },
          parallelism: { expert: 2 },
          workload: { kind: "batch", sequences: 8, promptTokens: 100, outputTokens: 3 },
        }),
      ).warnings.map(({ code, message }) => [code, message]),
    )["foreign-network"];
  expect(on("b200", "hgx-h100-ndr")).toBe(
    "b200 is on the network of other GPUs, hgx-h100-ndr: 230 GB/s and 7.2 us between GPUs of a node where its own, hgx-b200-ndr, has 570 GB/s and 16.7 us; times of communication are not those of b200",
  );
  for (const gpu of ["h100-sxm", "h200-sxm"]) expect(on(gpu, "hgx-h100-ndr")).toBeUndefined();
  expect(on("gb200", "nvl72")).toBeUndefined();
  expect(on("b200", { kind: "two-tier", node: TIER, fabric: TIER })).toBeUndefined();
  expect(on("plan-card", "hgx-h100-ndr")).toBeUndefined(); // sold on no network that has a preset
});

test("what a plan's configuration block says is held against the plan, with both numbers", () => {
  const deployment = (block: object) => warnings({ parallelism: { expert: 4 }, deployment: block })["deployment-differs"];
  expect(deployment({ gpu_groups: { pipeline_stages: 1, expert_parallel_groups: 1 } })).toBeUndefined();
  expect(deployment({ gpu_groups: { tensor_parallel_groups: 128 } })).toBe(
    "deployment.gpu_groups.tensor_parallel_groups says 128, but the plan has 4",
  );
  expect(deployment({ performance_config: { batching_strategy: "continuous" } })).toBe(
    "deployment.performance_config.batching_strategy says continuous, but the plan has static",
  );
  expect(deployment({ memory_config: { activation_checkpointing: "enabled" } })).toContain("says enabled, but the plan has disabled");
});
