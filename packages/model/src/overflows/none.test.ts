import { expect, test } from "vitest";
import { createOverflow } from "../policies.ts";
import { cutBy, overflowContract } from "./overflow.contract.ts";

overflowContract({ kind: "none" });

test("without an overflow policy experts take all copies, whatever the capacity", () => {
  const routed = {
    sources: 1,
    experts: 2,
    seed: 1,
    copies: Float64Array.of(5, 7),
    tokens: [7],
    chances: [1, 1],
    regions: Int32Array.of(0, 0),
  };
  expect(cutBy(createOverflow({ kind: "none" }), routed, 1)).toEqual({
    copies: Float64Array.of(5, 7),
    fates: { rerouted: 0, dropped: 0, masked: 0 },
  });
});
