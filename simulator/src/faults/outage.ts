import type { Ticket } from "@tokenyard/engine";
import type { CollectiveFate, Detector, Fault } from "@tokenyard/resilience";

/** One for each replica, of `perReplica` ranks, that strike number `strike` of fault number `fault` meets. */
export function outagesOf(of: Fault, fault: number, strike: number, perReplica: number): Outage[] {
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
    replica,
    ranks: own,
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

/** A strike of a fault on one replica: from then until the replica serves again. */
export interface Outage {
  /** The fault's number among all, and the strike's among its own. */
  readonly fault: number;
  readonly strike: number;
  readonly of: Fault;
  readonly atNs: number;
  /** Infinity: never. */
  readonly endNs: number;
  readonly replica: number;
  /** Ranks of the replica that are struck, numbered through all replicas. */
  readonly ranks: readonly number[];
  isOpen: boolean;
  /** The first instant at which something was to be computed. */
  trafficNs: number | undefined;
  /** When it will be known, unless it is over before. */
  detection: Ticket | undefined;
  /** Of links: what becomes of the first collective that needs them, and when that is settled, unless it is over before. */
  fate: CollectiveFate | undefined;
  settles: Ticket | undefined;
  /** Of links: since when tokens stay on their ranks; NaN: they do not */
  localSinceNs: number;
  detectedBy: Detector | "communication" | undefined;
  /** NaN: not yet */
  detectedNs: number;
  resumedNs: number;
  /** GPUs that stood by and took its place. */
  spares: number;
}
