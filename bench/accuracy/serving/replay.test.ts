import { expect, test } from "vitest";
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
const replay: Replay = { run: RUN, requests: [request(0), request(60)] };

test("measured times are of the requests", () => {
  const { ttftSeconds, tpotSeconds, makespanSeconds } = measuredTimes(replay);
  expect([ttftSeconds, tpotSeconds, makespanSeconds].map((seconds) => seconds.toFixed(6))).toEqual(["0.500000", "0.100000", "61.400000"]);
});

test("requests come when they came, and wait where the engine's limits are smaller", () => {
  const alone = simulatedTimes(replay, "fitted");
  expect(alone.makespanSeconds).toBeGreaterThan(60);
  const together: Replay = { run: { ...RUN, max_num_seqs: "1" }, requests: [request(0), request(0)] };
  expect(simulatedTimes(together, "fitted").ttftSeconds).toBeGreaterThan(1.5 * alone.ttftSeconds);
  expect(simulatedTimes(replay, "roofline").tpotSeconds).not.toBe(alone.tpotSeconds);
});

test("what no preset says is named", () => {
  expect(hindranceOf(replay)).toBeUndefined();
  expect(hindranceOf({ ...replay, run: { ...RUN, gpu: "rtx4090" } })).toBe("rtx4090: no preset");
});
