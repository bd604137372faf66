import { Tally } from "../statistics/tally.ts";
import type { Recording } from "./recording.ts";
import { servedOf } from "./served-of.ts";
import { tiny } from "./tiny-recording.contract.ts";

const us = (...values: number[]) => {
  const tally = new Tally();
  values.forEach((value, place) => {
    tally.put(place, value * 1000);
  });
  return tally.columns();
};

const attained = { ended: 4, all: 1, outputTokens: 4, by: { ttft: 2, tpot: 1 } };

/** The tiny recording, as a scheduler that serves requests as they come would leave it: two classes, a cache, two buckets of half a millisecond. */
export const loaded: Recording = {
  ...tiny,
  served: {
    ...servedOf(tiny.requests),
    queueNs: us(50, 100, 0),
    prefillNs: us(150, 200, 500),
    itlNs: us(200, 200, 200, 300, 300),
    preempted: 2,
    recomputedTokens: 120,
    attained,
    classes: ["short", "long"].map((name) => ({
      name,
      arrived: 2,
      finished: 1,
      rejected: 1,
      failed: 0,
      ttftNs: us(200),
      tpotNs: us(200),
      e2eNs: us(800),
      queueNs: us(50),
      unanswered: { requests: 1, withGaps: 1 },
      attained: { ended: 2, all: 1, outputTokens: 4, by: { ttft: 1 } },
    })),
    cache: { blockTokens: 16, blocks: 10, peakBlocks: 8, evictions: 3, soughtTokens: 400, hitTokens: 100 },
    levels: {
      bucketNs: 500_000,
      runningNs: Float64Array.of(500_000, 1_000_000, 0),
      waitingNs: Float64Array.of(250_000, 0, 0),
      blocksNs: Float64Array.of(2_000_000, 3_000_000, 0),
      blocks: 10,
      tokens: Float64Array.of(500, 8, 0),
      passes: Float64Array.of(2, 4, 0),
      lastArrivalNs: 100_000,
      waitForAnswers: "none",
    },
  },
};
