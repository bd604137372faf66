import { expect, test } from "vitest";
import { contiguous } from "./contiguous.ts";
import { expertPlacementContract } from "./expert-placement.contract.ts";

const CASES = [
  { experts: 1, ranks: 1, layers: 1 },
  { experts: 16, ranks: 4, layers: 3 },
  { experts: 16, ranks: 16, layers: 2 },
  { experts: 256, ranks: 64, layers: 1 },
  { experts: 160, ranks: 64, layers: 1 },
  { experts: 5, ranks: 3, layers: 2 },
];

expertPlacementContract("contiguous", CASES, ({ experts, ranks }) => contiguous(experts, ranks));

test("rank e holds the experts e·n and on", () => {
  const { offsets, expertIn } = contiguous(6, 3).slots(0);
  expect([...expertIn.slice(offsets[1], offsets[2])]).toEqual([2, 3]);
});

test("experts that are left over go to the first ranks, one each", () => {
  const { offsets, expertIn } = contiguous(8, 3).slots(0);
  expect([...offsets]).toEqual([0, 3, 6, 8]);
  expect([...expertIn]).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
});
