/** @module-tag long */
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { parseScenario } from "@tokenyard/scenario";
import { expect, test } from "vitest";
import { prepare } from "../setup/prepare.ts";
import { start } from "../simulate.ts";

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc") as () => void;

/** Bytes that a run holds at its end whose experts move before each of so many decode steps, or never. */
function heldBytes(steps: number, moves: boolean): number {
  const scenario = parseScenario({
    tokenyard: 1,
    model: { layers: 2, hiddenSize: 32, attention: { heads: 8, kvHeads: 4, headSize: 8 }, experts: { count: 32, topK: 4, hiddenSize: 64 } },
    cluster: { gpu: "h100-sxm", network: "hgx-h100-ndr", gpusPerNode: 4 },
    parallelism: { expert: 8, attention: { tensor: 1, data: 8 } },
    routing: {
      gate: { kind: "grouped", groups: 8, limit: 4, sigma: 1 },
      dispatch: "per-token",
      placement: { kind: "redundant", spareSlots: 8 },
    },
    ...(moves ? { rebalance: { kind: "eplb", window: 1, every: 1, move: "sync" } } : {}),
    serving: { scheduler: "continuous" },
    workload: { kind: "batch", sequences: 16, promptTokens: 8, outputTokens: steps },
  });
  collect();
  const before = process.memoryUsage();
  const simulation = start(prepare(scenario));
  while (simulation.advance(Number.MAX_SAFE_INTEGER));
  collect();
  const after = process.memoryUsage();
  expect(simulation.progress().finished).toBe(16); // it is held until here
  return after.heapUsed - before.heapUsed + after.arrayBuffers - before.arrayBuffers;
}

test("what is known of places that experts have left is forgotten: moves take no more memory the more there are", {
  timeout: 120_000,
}, () => {
  heldBytes(50, true); // code and tables that come with the first run
  const growth = (moves: boolean) => heldBytes(400, moves) - heldBytes(100, moves);
  const ofMoves = growth(true) - growth(false);
  expect(ofMoves).toBeLessThan(10_000_000); // 300 more, of 63 kB if they stayed: 19 MB
});
