import { expect, test } from "vitest";
import { profileFiles } from "./layer-profile.ts";
import { hindranceOf, measuredTimes, type Replay, simulatedTimes } from "./replay.ts";

const RUN = {
  case: "sample",
  model: "meta-llama/Llama-3.1-8B",
  gpu: "rtxpro6000",
  tp: "1",
  dp: "1",
  ep: "0",
  max_num_seqs: "8",
  max_num_batched_tokens: "512",
};
const request = (queued: number) => ({
  case: "sample",
  queued_s: String(queued),
  first_token_s: String(queued + 0.5),
  last_token_s: String(queued + 1.4),
  input_tokens: "300",
  output_tokens: "10",
});
/** One product of its layers, at some load, in so many microseconds. */
const table = (us: number) => `kernel,weights,precision,inFeatures,outFeatures,rows,us\nlinear,bf16,bf16,4096,28672,1,${us}\n`;
const replay: Replay = { run: RUN, requests: [request(0), request(60)], table: table(200) };

test("measured times are of the requests", () => {
  const { ttftSeconds, tpotSeconds, makespanSeconds } = measuredTimes(replay);
  expect([ttftSeconds, tpotSeconds, makespanSeconds].map((seconds) => seconds.toFixed(6))).toEqual(["0.500000", "0.100000", "61.400000"]);
});

test("requests come when they came, and wait where the engine's limits are smaller", () => {
  const alone = simulatedTimes(replay, "fitted");
  expect(alone.makespanSeconds).toBeGreaterThan(60);
  const together: Replay = { ...replay, run: { ...RUN, max_num_seqs: "1" }, requests: [request(0), request(0)] };
  expect(simulatedTimes(together, "fitted").ttftSeconds).toBeGreaterThan(1.5 * alone.ttftSeconds);
  expect(simulatedTimes(replay, "roofline").tpotSeconds).not.toBe(alone.tpotSeconds);
});

test("what no preset says is named", () => {
  expect(hindranceOf(replay)).toBeUndefined();
  expect(hindranceOf({ ...replay, run: { ...RUN, gpu: "rtx3090" } })).toBe("rtx3090: no preset");
});

test("kernels follow the table of what was measured", () => {
  const [fast, slow] = [200, 400].map((us) => simulatedTimes({ ...replay, table: table(us) }, "table").tpotSeconds);
  // every product of bf16 has the ratio of the only one that was measured; gate and up of 32 layers alone take 200 us more each
  expect(slow! - fast!).toBeGreaterThan(32 * 200e-6);
  expect(simulatedTimes({ ...replay, table: table(400) }, "fitted")).toEqual(simulatedTimes(replay, "fitted"));
});

test("a cache that was recorded to be small holds requests back", () => {
  const both: Replay = { ...replay, requests: [request(0), request(0)] };
  const small = { ...both, run: { ...RUN, kv_tokens: "320" } }; // 20 blocks: room for the 310 tokens of one
  expect(simulatedTimes(small, "fitted").ttftSeconds).toBeGreaterThan(1.5 * simulatedTimes(both, "fitted").ttftSeconds);
});

test("rows of a profile go to the files that the importer knows, empty cells as nothing of the kind", () => {
  const row = (cells: object) => ({
    layer: "",
    tokens: "",
    sequences: "",
    active_experts: "",
    kv_prefill: "",
    kv_decode: "",
    us: "1.5",
    ...cells,
  });
  const files = profileFiles([
    row({ layer: "qkv_proj", tokens: "16" }),
    row({ layer: "lm_head", sequences: "4" }),
    row({ layer: "moe", tokens: "8", active_experts: "3" }),
    row({ layer: "attention", sequences: "2", kv_decode: "64" }),
  ]);
  expect(files).toEqual([
    { name: "attention.csv", text: "prefill_chunk,kv_prefill,n_decode,kv_decode,time_us\n0,0,2,64,1.5\n" },
    { name: "moe.csv", text: "tokens,activated_experts,time_us\n8,3,1.5\n" },
    { name: "per_sequence.csv", text: "layer,sequences,time_us\nlm_head,4,1.5\n" },
    { name: "dense.csv", text: "layer,tokens,time_us\nqkv_proj,16,1.5\n" },
  ]);
});
