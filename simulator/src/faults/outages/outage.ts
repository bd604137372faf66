import type { Ticket } from "@tokenyard/engine";
import type { CollectiveFate, Fault, Lacking } from "@tokenyard/resilience";
import type { Slowdown } from "../../programs/shape.ts";

/** Events of faults in pool number `pool`. */
export type FaultEvent =
  /** Strike number `strike` of fault number `fault` ends. */
  | { readonly kind: "fault-ended"; readonly pool: number; readonly fault: number; readonly strike: number }
  /** Fault number `fault` strikes for the time number `strike`. */
  | { readonly kind: "fault-started"; readonly pool: number; readonly fault: number; readonly strike: number }
  /** Outage number `outage` is known. */
  | { readonly kind: "fault-detected"; readonly pool: number; readonly outage: number }
  /** A collective that met outage number `outage`, of links, goes on or fails for the last time. */
  | { readonly kind: "collective-settled"; readonly pool: number; readonly outage: number }
  /** GPUs that `replica` went on without take part again. */
  | { readonly kind: "rejoined"; readonly pool: number; readonly replica: number }
  /** `replica` serves again. */
  | { readonly kind: "recovered"; readonly pool: number; readonly replica: number };

/** One for each replica, of `perReplica` ranks in pool number `pool`, that strike number `strike` of fault number `fault` meets. */
export function outagesOf(of: Fault, fault: number, strike: number, perReplica: number, pool: number): Outage[] {
  const ranks = new Map<number, number[]>();
  for (const rank of of.ranks) {
    const replica = Math.floor(rank / perReplica);
    ranks.set(replica, [...(ranks.get(replica) ?? []), rank]);
  }
  const { atNs, endNs } = of.strikes[strike]!;
  return [...ranks].map(([replica, own]) => ({
    fault,
    strike,
    of,
    atNs,
    endNs,
    pool,
    replica,
    ranks: own,
    lacksGpus: of.isGone || of.ofLinks,
    isOpen: false,
    trafficNs: undefined,
    detection: undefined,
    settles: undefined,
    fate: undefined,
    localSinceNs: Number.NaN,
    detectedBy: undefined,
    detectedNs: Number.NaN,
    resumedNs: Number.NaN,
    spares: 0,
  }));
}

/** A strike of a fault on ranks of one replica, numbered through all: from then until the replica serves again. `endNs` Infinity: they are never back. */
export interface Outage extends Lacking {
  /** The fault's number among all, and the strike's among its own. */
  readonly fault: number;
  readonly strike: number;
  readonly of: Fault;
  readonly atNs: number;
  /** Number of its pool; 0 where there is one. */
  readonly pool: number;
  readonly replica: number;
  isOpen: boolean;
  /** The first instant at which something was to be computed. */
  trafficNs: number | undefined;
  /** When it will be known, unless it is over before. */
  detection: Ticket | undefined;
  /** For links, the fate of the first collective that needs them and its time, unless the outage ends before. */
  fate: CollectiveFate | undefined;
  settles: Ticket | undefined;
  /** For links: start of the time in which tokens stay on their ranks; NaN: they do not */
  localSinceNs: number;
  /** A detector, the word of a plug-in, or `communication`. */
  detectedBy: string | undefined;
  /** NaN: not yet */
  detectedNs: number;
  resumedNs: number;
}

/** Factors by which `outages`, that slow ranks of one replica of `perReplica`, make ops longer: by lane, [ranks of the replica]. */
export function slowdownBy(outages: readonly Outage[], perReplica: number): Slowdown {
  const slowdown = [new Float64Array(perReplica).fill(1), new Float64Array(perReplica).fill(1)] as const;
  for (const { of, ranks } of outages) {
    const { lane, factor } = of.slows!;
    for (const rank of ranks) slowdown[lane === "compute" ? 0 : 1][rank % perReplica]! *= factor;
  }
  return slowdown;
}
