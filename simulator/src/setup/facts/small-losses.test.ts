import { parseScenario } from "@tokenyard/scenario";
import { expect, test } from "vitest";
import { inspect } from "../inspect.ts";
import { prepare } from "../prepare.ts";

function losses(gpusPerNode: number, extra: object) {
  const scenario = parseScenario({
    tokenyard: 1,
    model: {
      layers: 3,
      hiddenSize: 64,
      attention: { heads: 4, kvHeads: 4, headSize: 16 },
      experts: { count: 4, topK: 2, hiddenSize: 64, matrices: 2 },
    },
    cluster: { gpu: { compute: "1 TFLOPS", bandwidth: "100 GB/s", memory: "1 GB" }, gpusPerNode, network: "hgx-h100-ndr" },
    parallelism: { expert: 4, data: 2 },
    workload: { kind: "batch", sequences: 8, promptTokens: 4, outputTokens: 2 },
    ...extra,
  });
  return inspect(prepare(scenario)).smallLosses;
}

test("a slot is covered where another holds its expert: with two copies in each of three layers, four of six slots, in each of two replicas", () => {
  const { slots } = losses(8, { spares: { kind: "hot-copies", perLayer: 2, place: "any" } })!;
  expect(slots).toEqual({ all: 36, covered: 24, mostMissing: 1 }); // 3 layers x 6 slots x 2 replicas; 3 x 4 x 2
  expect(losses(8, { health: "dynamo" })!.slots).toEqual({ all: 24, covered: 0, mostMissing: 1 });
});

test("links are needed where a replica lies on several nodes, and nothing is reported where faults are not mentioned", () => {
  expect(losses(8, { health: "dynamo" })!.links).toEqual({ all: 8, spare: 8 });
  expect(losses(4, { health: "dynamo" })!.links).toEqual({ all: 8, spare: 8 }); // each replica in a node of its own
  expect(losses(2, { health: "dynamo" })!.links).toEqual({ all: 8, spare: 0 });
  expect(losses(2, {})).toBeUndefined();
});

test("a rail is needed where a link on it is, and so is a leaf switch, whose nodes the scenario's faults say", () => {
  const pipelines = { parallelism: { expert: 1, pipeline: 3, data: 1 }, communication: { fallback: "fail" }, health: "dynamo" };
  const lost = (nodesPerLeaf: number) => ({ kind: "switch-lost", at: "1 s", for: "1 s", leaves: [0], nodesPerLeaf });
  // GPUs 0 and 1 on one node, 2 on another: 1 sends to 2, and 0 only to 1
  expect(losses(2, { ...pipelines, faults: [lost(1), lost(2), lost(1)] })).toMatchObject({
    links: { all: 3, spare: 1 },
    rails: { all: 2, spare: 0 }, // of 0 and 2, and of 1
    leaves: [
      { nodesPerLeaf: 1, all: 2, spare: 0 },
      { nodesPerLeaf: 2, all: 1, spare: 0 },
    ],
  });
  // of two replicas of three GPUs 0, 1, 2 are on one node, 3 and 4, 5 on two: only 3 to 5 send to another
  const two = { ...pipelines, parallelism: { expert: 1, pipeline: 3, data: 2 }, faults: [lost(1)] };
  expect(losses(4, two)).toMatchObject({ links: { all: 6, spare: 4 }, rails: { all: 4, spare: 2 }, leaves: [{ all: 2, spare: 0 }] });
  expect(losses(3, two)).toMatchObject({ links: { all: 6, spare: 6 }, rails: { all: 3, spare: 3 }, leaves: [{ all: 2, spare: 2 }] });
  expect(losses(3, pipelines)!.leaves).toEqual([]);
});
