import { expect, test } from "vitest";
import type { Recording } from "../recording/recording.ts";
import { tiny } from "../recording/tiny-recording.contract.ts";
import { Tally } from "../statistics/tally.ts";
import { speculationOf } from "./speculation.ts";

/** What `values` nanoseconds were seen. */
function tallyOf(...values: readonly number[]) {
  const tally = new Tally();
  for (const [place, value] of values.entries()) tally.put(place, value);
  return tally.columns();
}

test("by hand: of 200 drafts in 100 steps 90 are out, and the draft takes a tenth of the kernels of decode", () => {
  const opKinds: Recording["opKinds"] = [
    { name: "attention", lane: "compute" },
    { name: "draft", lane: "compute" },
    { name: "dispatch", lane: "network" },
  ];
  const us = (...values: number[]) => Float64Array.from(values, (value) => value * 1000);
  // rank 0 prefill, decode; rank 1 prefill, decode; in each attention, draft, dispatch
  const busyNs = us(500, 70, 30, 450, 30, 40, 500, 0, 30, 450, 70, 0);
  const speculation = { kind: "mtp", drafts: 2, steps: 100, drafted: 200, accepted: [60, 30], decodeSteps: 120, tokens: 210 };
  const tpotNs = tallyOf(8e6, 12e6);
  expect(speculationOf({ ...tiny, opKinds, busyNs, speculation }, { tpotNs }).speculation).toEqual({
    kind: "mtp",
    drafts: 2,
    steps: 100,
    draftTokens: 200,
    acceptedTokens: 90,
    tokensPerStep: 1.75, // 210 / 120
    tokensPerSecondPerUser: 100, // one in 10 ms
    survival: [
      { position: 1, share: 0.6 },
      { position: 2, share: 0.3 },
    ],
    rejectedShare: 110 / 300, // of all that was verified: 200 drafts, and a token of its own in each step
    draftShare: 0.1, // 100 us of 1,000 us
  });
});
