import type { Ticket } from "@tokenyard/engine";
import type { Detector, Fault } from "@tokenyard/resilience";
import type { Slowdown } from "../stages/slowdown.ts";

/** One for each replica, of `perReplica` ranks, that fault number `fault` strikes. */
export function outagesOf(of: Fault, fault: number, perReplica: number): Outage[] {
  const ranks = new Map<number, number[]>();
  for (const rank of of.ranks) {
    const replica = Math.floor(rank / perReplica);
    ranks.set(replica, [...(ranks.get(replica) ?? []), rank]);
  }
  return [...ranks].map(([replica, own]) => createOutage(of, fault, replica, own));
}

/** A fault on one replica: from when it strikes until the replica serves again. */
export interface Outage {
  /** Its number among all. */
  readonly fault: number;
  readonly of: Fault;
  readonly replica: number;
  /** Ranks of the replica that are lost, numbered through all replicas. */
  readonly ranks: readonly number[];
  isOpen: boolean;
  /** The first instant at which something was to be computed. */
  trafficNs: number | undefined;
  /** When it will be known, unless it is over before. */
  detection: Ticket | undefined;
  detectedBy: Detector | undefined;
  /** NaN: not yet */
  detectedNs: number;
  resumedNs: number;
  /** GPUs that stood by and took its place. */
  spares: number;
}

function createOutage(of: Fault, fault: number, replica: number, ranks: readonly number[]): Outage {
  return {
    fault,
    of,
    replica,
    ranks,
    isOpen: false,
    trafficNs: undefined,
    detection: undefined,
    detectedBy: undefined,
    detectedNs: Number.NaN,
    resumedNs: Number.NaN,
    spares: 0,
  };
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
