import { compilePlan, expertSlots } from "@tokenyard/placement";
import { parseScenario } from "@tokenyard/scenario";
import { expect, test } from "vitest";
import { StandIns } from "./stand-ins.ts";

const plan = compilePlan(
  parseScenario({
    tokenyard: 1,
    model: { layers: 1, hiddenSize: 64, attention: { heads: 8, kvHeads: 8, headSize: 8 }, experts: { count: 8, topK: 1, hiddenSize: 32 } },
    cluster: { gpu: "h100-sxm", network: "hgx-h100-ndr", gpusPerNode: 4 },
    parallelism: { expert: 4, tensor: 2 },
    routing: { gate: "uniform" },
    workload: { kind: "batch", sequences: 1, promptTokens: 1, outputTokens: 1 },
  }),
);
const slots = expertSlots(8, [
  [0, 4],
  [1, 5, 0],
  [2, 6],
  [3, 7],
]);

test("experts of a rank stand in for each other, one with copies where its first slot is", () => {
  const standIns = new StandIns("rank", plan);
  expect([...standIns.regions(slots, 0)!]).toEqual([0, 1, 2, 3, 0, 1, 2, 3]);
  expect(standIns.regions(slots, 0)).toBe(standIns.regions(slots, 0));
});

test("experts of a node do, wherever in it the stage begins", () => {
  const standIns = new StandIns("node", plan); // two experts' ranks of two GPUs fill a node
  expect([...standIns.regions(slots, 8)!]).toEqual([0, 0, 1, 1, 0, 0, 1, 1]);
  expect([...standIns.regions(slots, 6)!]).toEqual([0, 1, 1, 2, 0, 1, 1, 2]);
});

test("elsewhere all do, or none is asked", () => {
  expect(new StandIns("any", plan).regions(slots, 0)).toBeUndefined();
  expect(new StandIns(false, plan).regions(slots, 0)).toBeUndefined();
});
