import { createNetworkModel } from "@tokenyard/cluster";
import { parseScenario } from "@tokenyard/scenario";
import fc from "fast-check";
import { expect, test } from "vitest";
import { NetworkFloor } from "./network-floor.ts";

const rows = [
  ...["all-reduce", "all-gather", "reduce-scatter"].flatMap((kind) => [
    [kind, "nccl", 2, 1, 1000, 1],
    [kind, "nccl", 2, 1, 1e8, 400],
    [kind, "nccl", 8, 1, 1e4, 3],
    [kind, "nccl", 16, 2, 1e4, 3],
  ]),
];
const files = [{ path: "traffic.csv", sha256: "none", rows }];
const clusters = ["hgx-h100-ndr", "hgx-b200-ndr"].flatMap((preset) =>
  ["fitted", "fastest", "ring"].flatMap((allReduce) => [clusterOf({ preset, allReduce }), clusterOf({ preset, allReduce, files })]),
);

function clusterOf(network: object) {
  const { cluster } = parseScenario({
    tokenyard: 1,
    model: "mixtral-8x7b",
    cluster: { gpu: "h100-sxm", network },
    workload: { kind: "batch", sequences: 1, promptTokens: 1, outputTokens: 1 },
  });
  return { floor: new NetworkFloor(cluster), network: createNetworkModel(cluster) };
}

test("no all-reduce of neighbours, in a node or over nodes, beats its floor", () => {
  const ofBytes = fc.double({ min: 0, max: 13, noNaN: true }).map((power) => 10 ** power);
  fc.assert(
    fc.property(
      fc.constantFrom(...clusters),
      fc.oneof(fc.integer({ min: 2, max: 40 }), fc.integer({ min: 41, max: 512 })),
      fc.nat(7),
      ofBytes,
      ({ floor, network }, ranks, at, bytes) => {
        const { secondsPerByte, latencySeconds } = floor.allReduce(ranks);
        const group = Int32Array.from({ length: ranks }, (_, i) => at * ranks + i);
        const seconds = network.allReduceSeconds(bytes, group);
        expect(latencySeconds + bytes * secondsPerByte).toBeLessThanOrEqual(seconds * (1 + 1e-9));
      },
    ),
    { numRuns: drawnCases(1000) },
  );
});

test("no all-gather of neighbours, in a node or over nodes, beats the floor of what a rank lacks", () => {
  const each = fc.double({ min: 0, max: 8, noNaN: true }).map((power) => 10 ** power);
  fc.assert(
    fc.property(fc.constantFrom(...clusters), fc.integer({ min: 2, max: 40 }), fc.nat(7), each, ({ floor, network }, ranks, at, bytes) => {
      const group = Int32Array.from({ length: ranks }, (_, i) => at * ranks + i);
      const each = new Float64Array(ranks).fill(bytes);
      const seconds = Math.min(network.allGatherSeconds(each, group), network.allGatherSeconds(each, group, undefined, true));
      const least = floor.gatherLatencySeconds + (ranks - 1) * bytes * floor.gatherSecondsPerByte;
      expect(least).toBeLessThanOrEqual(seconds * (1 + 1e-9));
    }),
    { numRuns: drawnCases(1000) },
  );
});
