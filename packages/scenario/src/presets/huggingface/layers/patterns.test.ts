import { describe, expect, test } from "vitest";
import type { Problem } from "../../../problems/problem.ts";
import { readConfig } from "../config.ts";
import { Keys } from "../keys.ts";
import type { PlannedLayer } from "./planned-layer.ts";
import { plannedLayers } from "./planned-layers.ts";

const PLAIN = {
  architectures: ["SomeForCausalLM"],
  hidden_size: 1024,
  intermediate_size: 4096,
  num_attention_heads: 8,
  num_hidden_layers: 8,
  num_key_value_heads: 2,
  torch_dtype: "bfloat16",
  vocab_size: 32_000,
};
const EXPERTS = { moe_intermediate_size: 512, num_experts: 16, num_experts_per_tok: 2 };

/** Its layers, each by what `of` says of it. */
function layersOf<T>(keys: object, of: (layer: PlannedLayer) => T): T[] {
  const problems: Problem[] = [];
  const layers = plannedLayers(new Keys({ ...PLAIN, ...keys }, problems), {});
  expect(problems).toEqual([]);
  return layers.map(of);
}

function refusalOf(keys: object): string {
  const reading = readConfig(JSON.stringify({ ...PLAIN, ...keys }));
  return "problems" in reading ? reading.problems.map(({ given }) => given).join(", ") : "read";
}

const windowOf = ({ mixer }: PlannedLayer) => mixer["window"] ?? 0;
const isRouted = ({ feedForward }: PlannedLayer) => feedForward === "experts";

describe("windows are found by what lists or patterns of layers say", () => {
  test("letters, as EXAONE has them", () => {
    const keys = { sliding_window: 4096, sliding_window_pattern: "LLLG" };
    expect(layersOf(keys, windowOf)).toEqual([4096, 4096, 4096, 0, 4096, 4096, 4096, 0]);
    expect(refusalOf({ sliding_window: 4096, sliding_window_pattern: "LXG" })).toMatch(/sliding_window_pattern/);
  });

  test("every so many layers one without", () => {
    expect(layersOf({ sliding_window: 64, global_attn_every_n_layers: 4 }, windowOf)).toEqual([64, 64, 64, 0, 64, 64, 64, 0]);
  });

  test("a flag for each layer, with heads of their own", () => {
    const keys = {
      sliding_window: 128,
      hybrid_layer_pattern: [0, 1, 1, 1, 0, 1, 1, 1],
      head_dim: 192,
      v_head_dim: 128,
      swa_head_dim: 192,
      swa_num_attention_heads: 8,
      swa_num_key_value_heads: 4,
      swa_v_head_dim: 128,
    };
    expect(layersOf(keys, ({ mixer }) => [mixer["window"] ?? 0, mixer["kvHeads"]])).toEqual([
      [0, 2],
      [128, 4],
      [128, 4],
      [128, 4],
      [0, 2],
      [128, 4],
      [128, 4],
      [128, 4],
    ]);
  });
});

describe("layers with experts are found", () => {
  test("between a first and a last one", () => {
    const keys = { ...EXPERTS, moe_layer_start_index: 2, moe_layer_end_index: 6, moe_layer_interval: 1 };
    expect(layersOf(keys, isRouted)).toEqual([false, false, true, true, true, true, true, false]);
    expect(layersOf({ ...EXPERTS, moe_layer_start_index: 2, moe_layer_interval: 2 }, isRouted)).toEqual([
      false,
      false,
      false,
      true,
      false,
      true,
      false,
      true,
    ]);
  });

  test("behind so many dense ones", () => {
    expect(layersOf({ ...EXPERTS, num_dense_layers: 3 }, isRouted)).toEqual([false, false, false, true, true, true, true, true]);
  });

  test("beside a dense feed-forward in each, as of Grok-2", () => {
    const [feedForward] = layersOf({ ...EXPERTS, residual_moe: true }, (layer) => layer.feedForward);
    expect(feedForward).toEqual({ kind: "dense-and-experts", hiddenSize: 4096, matrices: 3 });
  });
});

test.each([
  ["queries of a narrower row", { share_q_dim: 256 }, /share_q_dim/],
  ["caches that layers share", { use_cla: true, cla_share_factor: 2 }, /use_cla/],
  ["a factor of such sharing", { kv_sharing_factor: 2 }, /kv_sharing_factor/],
  ["chunks of attention, of an architecture that is not known for them", { attention_chunk_size: 8192 }, /attention_chunk_size/],
  ["experts in a period", { ...EXPERTS, expert_layer_period: 2, expert_layer_offset: 1 }, /expert_layer_period/],
  ["a pattern of layers under a key of its own", { block_layer_pattern: [0, 1] }, /block_layer_pattern/],
])("%s is refused by its key, never read as less", (_, keys, named) => {
  expect(refusalOf(keys)).toMatch(named);
});
