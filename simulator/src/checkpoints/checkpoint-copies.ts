import { type Fault, peerOf, ranksOf } from "@tokenyard/resilience";
import type { CheckpointsSpec } from "@tokenyard/scenario";
import type { PoolSetup } from "../inputs/setup.ts";

/** A fault on `ranks` of a replica, which may be over. */
export interface Loss {
  readonly of: Fault;
  readonly ranks: readonly number[];
  readonly isOpen: boolean;
}

/**
 * Whether copies of data group `home` are there while `outages` are open and the data groups `cleared` lose their memory: those on its hosts unless a node
 * is gone, those on a peer unless it is.
 */
export function isKept({ to }: CheckpointsSpec, { plan }: PoolSetup, home: number, outages: readonly Loss[], cleared: readonly number[]) {
  const isHost = to.kind === "host";
  const store = isHost ? home : peerOf(plan, home);
  if (!isHost && cleared.includes(store)) return false;
  const ranks = ranksOf(plan, store);
  return !outages.some(
    ({ isOpen, of, ranks: struck }) =>
      isOpen && of.slot === undefined && of.slows === undefined && (!isHost || of.withNode) && struck.some((rank) => ranks.includes(rank)),
  );
}
