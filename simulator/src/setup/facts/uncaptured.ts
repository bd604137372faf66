import type { Warning } from "@tokenyard/report";
import type { PoolSetup } from "../../inputs/setup.ts";

/** A pool whose steps decoded more sequences than the largest graph that its engine captured: these steps take longer than is simulated. */
export function uncapturedWarnings(pools: readonly PoolSetup[]): Warning[] {
  return pools.flatMap(({ scenario, scheduler, role }) => {
    const [sizes, sequences] = [scenario.serving.batchSizes, scheduler.use?.().uncapturedSequences];
    if (sizes === undefined || sequences === undefined) return [];
    const where = role === "all" ? "" : ` of the ${role} pool`;
    const message =
      `steps${where} decode up to ${sequences} sequences of a data group, and the largest graph that is captured holds ${Math.max(...sizes)} (serving.batchSizes): ` +
      "the server launches the kernels of such steps one by one, and its TPOT is then longer than this; by how much was not measured";
    return [{ code: "uncaptured-steps", message }];
  });
}
