import { collectiveFate, type Fault, isAny } from "@tokenyard/resilience";
import type { CommunicationSpec } from "@tokenyard/scenario";
import type { Pool } from "../pools/pool.ts";
import { type DownTimes, joined } from "../stages/links/down-times.ts";
import { Delays, LinkDowns } from "../stages/links/link-downs.ts";
import type { Outage } from "./outage.ts";
import type { Recovery } from "./recovery.ts";
import type { Reshaping } from "./reshaping.ts";
import type { Surroundings } from "./surroundings.ts";

/** Links that are down for longer than collectives wait: what becomes of those that need them. */
export class LinkLosses {
  readonly #around: Surroundings;
  readonly #communication: CommunicationSpec | undefined;
  readonly #recovery: Recovery;
  readonly #reshaping: Reshaping;

  constructor(around: Surroundings, recovery: Recovery, reshaping: Reshaping) {
    this.#around = around;
    this.#communication = around.scenario.communication;
    this.#recovery = recovery;
    this.#reshaping = reshaping;
  }

  /** Collectives have begun to wait for `outage`. */
  meet(outage: Outage, nowNs: number): void {
    const { pool, timeline, outages } = this.#around;
    const { fault, strike, replica } = outage;
    const waits = pool.setup.streams.fresh(`faults/${fault}/back-off/${strike}/${replica}`);
    outage.fate = collectiveFate(this.#communication!, nowNs, outage.endNs, () => waits.next());
    const event = { kind: "collective-settled", pool: 0, outage: outages.numberOf(outage) } as const;
    outage.settles = timeline.schedule(outage.fate.atNs, event);
  }

  /** They go on, or have given up: true if that is reported. */
  settle(outage: Outage, nowNs: number): boolean {
    const { outages, replicas } = this.#around;
    outage.settles = undefined;
    if (!outage.isOpen || replicas[outage.replica]!.cures.includes(outage)) return false;
    if (!outage.fate!.gaveUp) {
      outages.close(outage, nowNs);
      this.#recovery.resume(outage.replica, nowNs);
      return false;
    }
    if (this.#communication!.fallback === "local-experts") this.stay(outage, nowNs);
    return this.#communication!.fallback === "fail" && outage.detectedBy === undefined;
  }

  /** Whether tokens of `replica` stay on their ranks already. */
  isLocal(replica: number, nowNs: number): boolean {
    return this.#localIn(replica).some(({ endNs }) => endNs > nowNs);
  }

  /** From now on tokens of its replica stay on their ranks. */
  stay(outage: Outage, nowNs: number): void {
    const { outages, replicas, pool } = this.#around;
    const { replica } = outage;
    this.#reshaping.countMasked(replica);
    outages.close(outage, nowNs);
    outage.localSinceNs = nowNs;
    replicas[replica]!.local ??= outage;
    pool.impairments.stayLocal(replica, true);
    pool.touch(replica, nowNs);
    if (!Number.isNaN(replicas[replica]!.downSinceNs)) this.#recovery.resume(replica, nowNs);
  }

  /** The links of `outage` are up: true where that is all it takes. */
  up(outage: Outage, nowNs: number): boolean {
    if (!outage.isOpen && !Number.isNaN(outage.localSinceNs)) {
      const { pool } = this.#around;
      if (!this.isLocal(outage.replica, nowNs)) pool.impairments.stayLocal(outage.replica, false);
      pool.touch(outage.replica, nowNs);
      return false;
    }
    return outage.fate === undefined; // else those that wait go on by themselves, or never
  }

  #localIn(replica: number): Outage[] {
    return this.#around.outages.all.filter((outage) => outage.replica === replica && !Number.isNaN(outage.localSinceNs));
  }
}

/** Times in which links are down for so short a time that collectives only wait, by the stages of `pool` that need them; undefined where there are none. */
export function delaysBy(
  faults: readonly Fault[],
  isOutage: (fault: Fault, strike: Fault["strikes"][number]) => boolean,
  pool: Pool,
): Delays | undefined {
  const { plan } = pool.setup;
  const ofRank = new Map<number, DownTimes>();
  for (const fault of faults) {
    const short = fault.ofLinks ? fault.strikes.filter((strike) => isAny(fault, strike) && !isOutage(fault, strike)) : [];
    const times = Float64Array.from(short.flatMap(({ atNs, endNs }) => [atNs, endNs]));
    for (const rank of fault.ranks) {
      const all = joined([ofRank.get(rank), times]);
      if (all !== undefined) ofRank.set(rank, all);
    }
  }
  if (ofRank.size === 0) return undefined;
  const delays = new Delays();
  for (let replica = 0; replica < plan.replicas; replica++) {
    const perReplica = plan.stages * plan.ranksPerStage;
    const own = joined(Array.from({ length: perReplica }, (_, i) => ofRank.get(replica * perReplica + i)));
    if (own === undefined) continue;
    for (const stage of pool.stages.slice(replica * plan.stages, (replica + 1) * plan.stages))
      stage.downs = new LinkDowns(stage.spec, plan, ofRank, own, delays);
  }
  return delays;
}
