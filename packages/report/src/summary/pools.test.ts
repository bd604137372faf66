import { expect, test } from "vitest";
import { tiny } from "../recording/tiny-recording.contract.ts";
import { Tally } from "../statistics/tally.ts";
import { poolsOf } from "./pools.ts";

/** What `values` nanoseconds were seen. */
function tallyOf(...values: readonly number[]) {
  const tally = new Tally();
  for (const [place, value] of values.entries()) tally.put(place, value);
  return tally.columns();
}

test("by hand: each pool has the kernels of its own ranks, the mean of all its blocks and the peak of one group", () => {
  const pool = {
    plan: tiny.plan,
    memory: tiny.memory,
    replicas: 1,
    ranks: 1,
    cache: { blockTokens: 16, blocks: 10, peakBlocks: 4, evictions: 0, soughtTokens: 0, hitTokens: 0 },
    blocks: 20, // of two data groups
    heldNs: 5 * 1_000_000,
  };
  const pools = [
    { ...pool, role: "prefill" },
    { ...pool, role: "decode", heldNs: 0 },
  ];
  const transfers = { bytes: 3e6, ns: tallyOf(2e6, 4e6), waitNs: tallyOf(0, 1e6) };
  const report = poolsOf({ ...tiny, pools, transfers });
  // rank 0 computes for 200 + 100 + 300 us of 1 ms, rank 1 for 150 + 50 + 200 us
  expect(report.pools!.map(({ role, computeShare, kv }) => [role, computeShare, kv.meanShare, kv.peakShare])).toEqual([
    ["prefill", 0.6, 0.25, 0.4],
    ["decode", 0.4, 0, 0.4],
  ]);
  expect(report.transfers).toMatchObject({
    count: 2,
    bytes: 3e6,
    seconds: { mean: 0.003, max: 0.004 },
    waitSeconds: { p50: 0, max: 0.001 },
  });
  expect(poolsOf(tiny)).toEqual({ pools: null, transfers: null });
});
