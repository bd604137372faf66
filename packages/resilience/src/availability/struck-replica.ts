import type { CollectiveFate } from "../collective-fate.ts";
import type { Lost } from "../reaction.ts";
import type { Watched } from "../sight.ts";
import type { Lacking } from "../stand-by.ts";
import type { Entry } from "./agenda.ts";
import type { Failure } from "./failure.ts";

/** A fault on ranks of one replica: from when it strikes until the replica serves again. */
export interface LongOutage extends Lacking {
  readonly fault: Failure;
  readonly replica: number;
  /** For links: true if they are down so briefly that collectives only wait and no detector notices. */
  readonly isDelay: boolean;
  isOpen: boolean;
  /** Since when something was to be computed. */
  trafficNs: number | undefined;
  detection: Entry<unknown> | undefined;
  /** For links, the fate of the first collective that needs them and its time, unless the outage ends before. */
  fate: CollectiveFate | undefined;
  settles: Entry<unknown> | undefined;
  /** A detector, the word of a plug-in, or `communication`. */
  detectedBy: string | undefined;
  /** NaN: not yet */
  detectedNs: number;
  resumedNs: number;
}

/** Reaction of a replica to a known loss of ranks. */
export interface KnownReaction {
  readonly shrinks: boolean;
  readonly restarts: boolean;
  readonly seconds: number;
  readonly lostGroups: number;
  /** (layer, expert) pairs that no rank holds. */
  readonly missing: number;
}

/** State of a replica after failures. */
export interface StruckReplica {
  /** Outages that have not ended. */
  open: readonly LongOutage[];
  /** Known outages that end once it has recovered. */
  recovering: readonly LongOutage[];
  /** Outages that it has recovered from without the lost ranks. */
  shrunk: readonly LongOutage[];
  /** Failures that slow ranks down. */
  slow: readonly Failure[];
  reaction: KnownReaction | undefined;
  recovery: Entry<unknown> | undefined;
  /** NaN: it is up. */
  downSinceNs: number;
  /** Start of the time in which it is down and taken for up. */
  stalledSinceNs: number;
  /** Data groups, and (layer, expert) pairs, that are missing. */
  lostGroups: number;
  missing: number;
}

export function createStruckReplica(): StruckReplica {
  return {
    open: [],
    recovering: [],
    shrunk: [],
    slow: [],
    reaction: undefined,
    recovery: undefined,
    downSinceNs: Number.NaN,
    stalledSinceNs: Number.NaN,
    lostGroups: 0,
    missing: 0,
  };
}

/** What detectors look at. */
export function watched({ fault, replica, ranks, trafficNs }: LongOutage): Watched {
  return { of: fault, replica, ranks, atNs: fault.atNs, trafficNs };
}

/** What a replica has lost by `outages`. */
export function lostBy(outages: readonly LongOutage[]): Lost {
  return {
    ranks: outages.flatMap(({ fault, ranks }) => (fault.slot === undefined ? ranks : [])),
    slots: outages.flatMap(({ fault: { slot } }) => slot ?? []),
    slotRanks: outages.flatMap(({ fault, ranks }) => (fault.slot === undefined ? [] : ranks)),
  };
}

/** Remaining share of a replica's speed: that of the slowest of its ranks, which all others meet in every step. */
export function paceOf({ slow, shrunk }: Pick<StruckReplica, "slow" | "shrunk">): number {
  const factors = new Map<number, number>();
  for (const { ranks, slows } of slow)
    for (const rank of ranks)
      if (!shrunk.some((outage) => outage.fault.slot === undefined && outage.ranks.includes(rank)))
        factors.set(rank, (factors.get(rank) ?? 1) * slows!.factor);
  return 1 / Math.max(1, ...factors.values());
}

/** State of a replica of `groups` data groups. */
export function standing(state: StruckReplica, groups: number) {
  return {
    isUp: Number.isNaN(state.downSinceNs),
    isOpen: state.recovering.length === 0,
    groups: groups - state.lostGroups,
    pace: state.slow.length === 0 ? 1 : paceOf(state),
    missing: state.missing,
  };
}

/** The outages by `fault` on replicas of `perReplica` ranks; collectives wait `giveUpNs` for links. */
export function longOutages(fault: Failure, perReplica: number, giveUpNs: number): LongOutage[] {
  const first = fault.ranks[0]!;
  const replica = Math.floor(first / perReplica);
  if (fault.ranks.length === 1) return [longOutage(fault, replica, fault.ranks, giveUpNs)];
  const replicas = new Set(fault.ranks.map((rank) => Math.floor(rank / perReplica)));
  return [...replicas].map((each) =>
    longOutage(
      fault,
      each,
      fault.ranks.filter((rank) => Math.floor(rank / perReplica) === each),
      giveUpNs,
    ),
  );
}

function longOutage(fault: Failure, replica: number, ranks: readonly number[], giveUpNs: number): LongOutage {
  const isDelay = fault.ofLinks && fault.endNs - fault.atNs <= giveUpNs;
  return {
    fault,
    replica,
    ranks,
    isDelay,
    lacksGpus: fault.isGone || (fault.ofLinks && !isDelay),
    endNs: fault.endNs,
    isOpen: false,
    trafficNs: undefined,
    detection: undefined,
    fate: undefined,
    settles: undefined,
    detectedBy: undefined,
    detectedNs: Number.NaN,
    resumedNs: Number.NaN,
    spares: 0,
  };
}

/** Broken parts do not break again, and neither do missing ones; GPUs that took their place do. */
export function isBroken({ open, shrunk }: StruckReplica, { ranks, fault }: LongOutage): boolean {
  const isIn = (outages: readonly LongOutage[]) =>
    outages.some((outage) => outage.spares === 0 && takesAll(outage.fault, fault) && ranks.every((rank) => outage.ranks.includes(rank)));
  return isIn(open) || isIn(shrunk);
}

/** Whether `first` leaves nothing of its ranks that `next` could break. */
function takesAll({ ofLinks, slot }: Failure, next: Failure): boolean {
  if (slot !== undefined) return next.slot?.layer === slot.layer && next.slot.slot === slot.slot;
  return next.ofLinks || !ofLinks;
}
