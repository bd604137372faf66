import { expect, test } from "vitest";
import { summedRouting } from "../recording/summed-routing.contract.ts";
import { tiny } from "../recording/tiny-recording.contract.ts";
import { phaseExperts } from "./experts.ts";

test("by hand: of two layers that are as uneven the first is the least even", () => {
  const even = { row: 0, variance: 0.5, most: 1.5 };
  const loads = summedRouting([even, { ...even, row: 1 }], 2);
  expect(phaseExperts({ ...tiny.routing[0]!, loads })!.leastEven).toEqual({ layer: 1, tokens: [300, 200] });
});
