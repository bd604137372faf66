import type { Ticket } from "@tokenyard/engine";
import type { Reaction } from "@tokenyard/resilience";
import type { Outage } from "./outages/outage.ts";

/** State of a replica after faults. */
export interface ReplicaState {
  /** Instants of faults to come, falling. */
  readonly strikes: number[];
  /** Start of the outage; NaN while the replica is up. */
  downSinceNs: number;
  /** When the replica serves again, if it is known. */
  recovery: Ticket | undefined;
  /** Known outages that end once it has recovered. */
  recovering: readonly Outage[];
  reaction: Reaction | undefined;
  /** Outages that it has recovered from without the lost parts. */
  shrunk: readonly Outage[];
  /** Whether it has all of its parts. */
  isWhole: boolean;
  /** Missing data groups. */
  lostGroups: ReadonlySet<number>;
  /** The last of links for which tokens stayed on their ranks. */
  local: Outage | undefined;
  /** Masked copies at the last look. */
  maskedCopies: number;
  /** Copies that went to other experts. */
  elsewhereCopies: number;
}

/** `strikes`: instants, in any order. */
export function createReplicaState(strikes: readonly number[]): ReplicaState {
  return {
    strikes: [...new Set(strikes)].sort((a, b) => b - a),
    downSinceNs: Number.NaN,
    recovery: undefined,
    recovering: [],
    reaction: undefined,
    shrunk: [],
    isWhole: true,
    lostGroups: new Set(),
    local: undefined,
    maskedCopies: 0,
    elsewhereCopies: 0,
  };
}
