import type { Warning } from "@tokenyard/report";
import type { PoolSetup } from "../../inputs/setup.ts";

/** A pool whose steps decoded more sequences than the largest graph that its engine captured: these steps take longer than is simulated. */
export function uncapturedWarnings(pools: readonly PoolSetup[]): Warning[] {
  return pools.flatMap(({ scenario: { serving }, scheduler }) => {
    const [sizes, most] = [serving.batchSizes, scheduler.use?.().uncapturedSequences];
    if (sizes === undefined || most === undefined) return [];
    const graph = `the largest captured graph holds ${Math.max(...sizes)} (serving.batchSizes)`;
    const message = `steps decode up to ${most} sequences of a data group, and ${graph}: a server launches their kernels one by one, and is slower by an amount that was not measured`;
    return [{ code: "uncaptured-steps", message }];
  });
}
