import { expect, test } from "vitest";
import { byLayer } from "./by-layer.ts";
import { eplb } from "./eplb.ts";
import { expertPlacementContract } from "./expert-placement.contract.ts";
import { roundRobin } from "./round-robin.ts";

const CASES = [
  { experts: 1, ranks: 1, layers: 1 },
  { experts: 16, ranks: 4, layers: 3 },
  { experts: 16, ranks: 16, layers: 2 },
  { experts: 256, ranks: 64, layers: 1 },
];

expertPlacementContract("round-robin", CASES, ({ experts, ranks }) => roundRobin(experts, ranks));

expertPlacementContract("layer by layer, with a spare slot for each rank", CASES, ({ experts, ranks, layers }) =>
  byLayer(
    experts,
    Array.from({ length: layers }, (_, layer) => {
      const loads = Array.from({ length: experts }, (_, x) => 1 + ((x * 7 + layer * 3) % 5));
      return eplb(loads, { slots: experts + ranks, ranks, groups: 1, nodes: 1 });
    }),
  ),
);

test("rank 1 of 3 has experts 1, 4 and 7 of 8", () => {
  const { offsets, expertIn } = roundRobin(8, 3).slots(0);
  expect([...expertIn.slice(offsets[1], offsets[2])]).toEqual([1, 4, 7]);
  expect([...expertIn.slice(offsets[2], offsets[3])]).toEqual([2, 5]);
});

test("a layer without experts has no slots to ask for", () => {
  const placement = byLayer(2, [undefined, [[0], [1]]]);
  expect(placement.slots(1).most).toBe(1);
  expect(() => placement.slots(0)).toThrow("layer 0 has no experts");
});
