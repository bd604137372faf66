import { kvBytesPerTokenOnRank } from "@tokenyard/placement";
import { type CheckpointsSpec, parseScenario } from "@tokenyard/scenario";
import type { Recovery } from "@tokenyard/serving";
import { expect, test } from "vitest";
import { prepare } from "../setup/prepare.ts";
import { Checkpoints } from "./checkpoints.ts";

const TOKENS = 16;
const S = 1e9;

/** Four data groups of one GPU in a node; sixteen tokens take 1 s from the memory of the host. `homes`: the data group that each slot waits in. */
function checkpointsOf(homes: readonly number[]): Checkpoints {
  const scenario = parseScenario({
    tokenyard: 1,
    model: { layers: 1, hiddenSize: 64, attention: { heads: 4, kvHeads: 4, headSize: 16 }, dense: { hiddenSize: 128, matrices: 2 } },
    cluster: { gpu: { compute: "1 TFLOPS", bandwidth: "100 GB/s", memory: "1 GB" }, network: "hgx-h100-ndr" },
    parallelism: { data: 4 },
    workload: { kind: "open", requests: 8, rate: "10 requests/s", promptTokens: 16, outputTokens: 4 },
    serving: { scheduler: "continuous" },
  });
  const pool = prepare(scenario).pools[0]!;
  const spec: CheckpointsSpec = {
    every: TOKENS,
    to: { kind: "host", bandwidth: TOKENS * kvBytesPerTokenOnRank(scenario, pool.plan) },
  };
  const recovery = { homeOf: (slot: number) => homes[slot]!, restore: () => {} } as unknown as Recovery;
  return new Checkpoints(spec, { ...pool, scheduler: { recovery } as unknown as typeof pool.scheduler });
}

test("by hand: a store sends one copy after the other, to any receivers", () => {
  const checkpoints = checkpointsOf([1, 2]);
  for (const slot of [0, 1]) checkpoints.send(slot, 0, TOKENS, 0);
  expect([0, 1].map((slot) => checkpoints.load(slot, TOKENS, 0))).toEqual([1 * S, 2 * S]);
  expect(checkpoints.restored).toEqual({ requests: 2, tokens: 2 * TOKENS, ns: (1 + 2) * S }); // each with its wait
});

test("by hand: a data group receives one copy after the other, from any senders", () => {
  const checkpoints = checkpointsOf([1, 1]);
  for (const slot of [0, 1]) checkpoints.send(slot, slot * 3, TOKENS, 0);
  expect([0, 1].map((slot) => checkpoints.load(slot, TOKENS, 0.5 * S))).toEqual([1.5 * S, 2.5 * S]);
  expect(checkpoints.restored.ns).toBe((1 + 2) * S);
});

test("by hand: a store that was long idle sends from when it is asked", () => {
  const checkpoints = checkpointsOf([1, 2]);
  checkpoints.send(0, 0, TOKENS, 0);
  checkpoints.send(1, 0, TOKENS, 7 * S);
  expect(checkpoints.load(1, TOKENS, 7 * S)).toBe(8 * S);
});
