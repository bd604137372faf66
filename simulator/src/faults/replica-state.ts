import type { Ticket } from "@tokenyard/engine";
import type { Reaction } from "@tokenyard/resilience";
import type { Outage } from "./outage.ts";

/** What faults have made of a replica. */
export interface ReplicaState {
  /** Instants of faults to come, falling. */
  readonly strikes: number[];
  /** NaN: it is up. */
  downSinceNs: number;
  /** When it serves again, where that is known. */
  recovery: Ticket | undefined;
  /** What is known, and over once it has recovered. */
  cures: readonly Outage[];
  reaction: Reaction | undefined;
  /** What it has recovered from without what was lost. */
  shrunk: readonly Outage[];
  /** Whether it goes on with all it had. */
  isWhole: boolean;
  /** Data groups that it goes on without. */
  lostGroups: ReadonlySet<number>;
  /** The last of links for which tokens stayed on their ranks. */
  local: Outage | undefined;
  /** Copies that had been masked when that was looked at last. */
  maskedCopies: number;
  /** The same of those that went to other experts. */
  elsewhereCopies: number;
}

/** `strikes`: instants, in any order. */
export function createReplicaState(strikes: readonly number[]): ReplicaState {
  return {
    strikes: [...new Set(strikes)].sort((a, b) => b - a),
    downSinceNs: Number.NaN,
    recovery: undefined,
    cures: [],
    reaction: undefined,
    shrunk: [],
    isWhole: true,
    lostGroups: new Set(),
    local: undefined,
    maskedCopies: 0,
    elsewhereCopies: 0,
  };
}
