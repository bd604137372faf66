import { expect, test } from "vitest";
import { tiny } from "../recording/tiny-recording.contract.ts";
import { checkpointsOf } from "./checkpoints.ts";

test("by hand: three restored requests wait for 60 ms each, and the busiest link copies for a quarter of the run", () => {
  const restored = { requests: 3, tokens: 9000, ns: 180e6 };
  const checkpoints = { copiedTokens: 12_000, copiedBytes: 48e6, fabricBytes: 48e6, nodeBytes: 0, busiestLinkNs: 250_000, restored };
  expect(checkpointsOf({ ...tiny, checkpoints }).checkpoints).toEqual({
    copiedTokens: 12_000,
    copiedBytes: 48e6,
    busiestLinkShare: 0.25, // 250 us of 1 ms
    restored: { requests: 3, tokens: 9000, meanSeconds: 0.06 },
  });
  const none = { ...checkpoints, restored: { requests: 0, tokens: 0, ns: 0 } };
  expect(checkpointsOf({ ...tiny, checkpoints: none }).checkpoints!.restored.meanSeconds).toBeNull();
});
