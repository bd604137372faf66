import { collectiveFate, type Fault, isAny } from "@tokenyard/resilience";
import type { CommunicationSpec } from "@tokenyard/scenario";
import type { Pool } from "../pools/pool.ts";
import { type DownTimes, joined } from "../programs/links/down-times.ts";
import { ranksOfSends } from "../programs/links/fabric.ts";
import { type Delays, LinkDowns } from "../programs/links/link-downs.ts";
import type { FaultContext } from "./fault-context.ts";
import type { Outage } from "./outages/outage.ts";
import type { Recovery } from "./recovery.ts";
import type { Reshaping } from "./reshaping.ts";

/** Predicate for strikes of a fault that outlast the waits of collectives. */
export type OutageRule = (fault: Fault, strike: Fault["strikes"][number]) => boolean;

/** Links that are down for longer than collectives wait, and their consequences. */
export class LinkLosses {
  readonly #context: FaultContext;
  readonly #communication: CommunicationSpec | undefined;
  readonly #recovery: Recovery;
  readonly #reshaping: Reshaping;
  /** Ranks, numbered through all replicas, whose links sends between stages need. */
  readonly #sending: ReadonlySet<number>;

  constructor(context: FaultContext, recovery: Recovery, reshaping: Reshaping) {
    this.#context = context;
    this.#communication = context.scenario.communication;
    this.#recovery = recovery;
    this.#reshaping = reshaping;
    const { stages, setup } = context.pool;
    const specs = stages.map(({ spec }) => spec);
    const all = () => new Set(Array.from({ length: setup.plan.ranks }, (_, rank) => rank)); // caches go from pool to pool over all links
    const isLocal = this.#communication?.fallback === "local-experts";
    this.#sending = !isLocal ? new Set() : setup.role === "all" ? ranksOfSends(specs, setup.plan) : all();
  }

  /** Collectives have begun to wait for `outage`. */
  meet(outage: Outage, nowNs: number): void {
    const { pool, timeline, outages } = this.#context;
    const { fault, strike, replica, endNs } = outage;
    if (this.#waits(outage)) {
      outage.fate = { atNs: endNs, gaveUp: false, retries: 0 };
      if (endNs < Number.POSITIVE_INFINITY)
        outage.settles = timeline.schedule(endNs, { kind: "collective-settled", pool: pool.number, outage: outages.numberOf(outage) });
      return;
    }
    const waits = pool.setup.streams.fresh(`faults/${fault}/back-off/${strike}/${replica}`);
    outage.fate = collectiveFate(this.#communication!, nowNs, outage.endNs, () => waits.next());
    const event = { kind: "collective-settled", pool: pool.number, outage: outages.numberOf(outage) } as const;
    outage.settles = timeline.schedule(outage.fate.atNs, event);
  }

  /** Collectives go on or give up: true if that is reported. */
  settle(outage: Outage, nowNs: number): boolean {
    const { outages, replicas } = this.#context;
    outage.settles = undefined;
    if (!outage.isOpen || replicas[outage.replica]!.recovering.includes(outage)) return false;
    if (!outage.fate!.gaveUp) {
      outages.close(outage, nowNs);
      this.#recovery.resume(outage.replica, nowNs);
      return false;
    }
    const fallback = this.#fallbackOf(outage);
    if (fallback === "local-experts") this.stay(outage, nowNs);
    return fallback === "fail" && outage.detectedBy === undefined;
  }

  /** Whether tokens on all stages that need the links of `outage` stay on their ranks already, and nothing else needs these. */
  isLocal(outage: Outage, nowNs: number): boolean {
    const local = this.#localStages(outage.replica, nowNs);
    return this.#fallbackOf(outage) === "local-experts" && [...this.#stagesOf(outage)].every((stage) => local.has(stage));
  }

  /** Keeps tokens on their ranks, on the stages that need its links. */
  stay(outage: Outage, nowNs: number): void {
    const { outages, replicas, pool } = this.#context;
    const { replica } = outage;
    this.#reshaping.countMasked(replica);
    outages.close(outage, nowNs);
    outage.localSinceNs = nowNs;
    replicas[replica]!.local ??= outage;
    pool.impairments.stayLocal(replica, this.#localStages(replica, nowNs));
    pool.touch(replica, nowNs);
    if (!Number.isNaN(replicas[replica]!.downSinceNs)) this.#recovery.resume(replica, nowNs);
  }

  /** The links of `outage` are up: returns true if nothing else is needed. */
  up(outage: Outage, nowNs: number): boolean {
    if (!outage.isOpen && !Number.isNaN(outage.localSinceNs)) {
      const { pool } = this.#context;
      pool.impairments.stayLocal(outage.replica, this.#localStages(outage.replica, nowNs));
      pool.touch(outage.replica, nowNs);
      return false;
    }
    return outage.fate === undefined; // else those that wait go on by themselves, or never
  }

  /** Reaction to the last error of the collectives that need its links: sends have no local experts. */
  #fallbackOf(outage: Outage): CommunicationSpec["fallback"] {
    const { fallback, sends = "fail" } = this.#communication!;
    if (fallback !== "local-experts" || !this.#isOfSends(outage)) return fallback;
    return sends === "wait" ? "none" : sends;
  }

  /** Whether they wait for as long as it lasts. */
  #waits(outage: Outage): boolean {
    return this.#communication!.sends === "wait" && this.#isOfSends(outage);
  }

  #isOfSends({ ranks }: Outage): boolean {
    return ranks.some((rank) => this.#sending.has(rank));
  }

  /** Positions of the stages of the replica whose exchanges need its links. */
  #stagesOf({ ranks }: Outage): Set<number> {
    const { stages, ranksPerStage } = this.#context.pool.setup.plan;
    return new Set(ranks.map((rank) => Math.floor(rank / ranksPerStage) % stages));
  }

  /** Outages of `replica` during which tokens stay on their ranks. */
  #localStages(replica: number, nowNs: number): ReadonlySet<number> {
    const local = this.#context.outages.all.filter(
      (outage) => outage.replica === replica && !Number.isNaN(outage.localSinceNs) && outage.endNs > nowNs,
    );
    return new Set(local.flatMap((outage) => [...this.#stagesOf(outage)]));
  }
}

/** Times in which links of `faults` are down for so short a time that collectives only wait, by rank. */
export function shortDowns(faults: readonly Fault[], isOutage: OutageRule): Map<number, DownTimes> {
  const ofRank = new Map<number, DownTimes>();
  for (const fault of faults) {
    const short = fault.ofLinks ? fault.strikes.filter((strike) => isAny(fault, strike) && !isOutage(fault, strike)) : [];
    const times = Float64Array.from(short.flatMap(({ atNs, endNs }) => [atNs, endNs]));
    for (const rank of fault.ranks) {
      const all = joined([ofRank.get(rank), times]);
      if (all !== undefined) ofRank.set(rank, all);
    }
  }
  return ofRank;
}

/** Stages of `pool` that need such links wait for them, and write down in `delays` for how long. */
export function delayBy(faults: readonly Fault[], isOutage: OutageRule, pool: Pool, delays: Delays): void {
  const { plan } = pool.setup;
  const ofRank = shortDowns(faults, isOutage);
  if (ofRank.size === 0) return;
  delays.isAny = true;
  for (let replica = 0; replica < plan.replicas; replica++) {
    const perReplica = plan.stages * plan.ranksPerStage;
    const own = joined(Array.from({ length: perReplica }, (_, i) => ofRank.get(replica * perReplica + i)));
    if (own === undefined) continue;
    for (const stage of pool.stages.slice(replica * plan.stages, (replica + 1) * plan.stages))
      stage.downs = new LinkDowns(stage.spec, plan, ofRank, own, delays);
  }
}
