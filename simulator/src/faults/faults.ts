import { type EnteredFault, type Fault, faultsOf, ranksOf } from "@tokenyard/resilience";
import type { Scenario } from "@tokenyard/scenario";
import type { Checkpoints } from "../checkpoints/checkpoints.ts";
import type { Pool } from "../pools/pool.ts";
import type { Transfers } from "../pools/transfers.ts";
import type { Whereabouts } from "../pools/whereabouts.ts";
import { joined } from "../programs/links/down-times.ts";
import { ranksOnFabric } from "../programs/links/fabric.ts";
import { Delays } from "../programs/links/link-downs.ts";
import type { Timeline } from "../timeline/timeline.ts";
import { Evacuation } from "./evacuations/evacuation.ts";
import { SplitEvacuation } from "./evacuations/split-evacuation.ts";
import { shortDowns } from "./link-losses.ts";
import { createFaultImpact, type FaultImpact } from "./outages/fault-impact.ts";
import type { FaultEvent, Outage } from "./outages/outage.ts";
import { outageRule, PoolFaults } from "./pool-faults.ts";

/** Faults of a run, in all of its pools. */
export class Faults {
  /** Faults, with ranks numbered through all pools. */
  readonly faults: readonly EnteredFault[];
  /** [faults] */
  readonly tolls: readonly FaultImpact[];
  readonly #delays = new Delays();
  /** [pools] */
  readonly #ofPools: readonly PoolFaults[];

  constructor(
    scenario: Scenario,
    where: Whereabouts,
    timeline: Timeline<FaultEvent>,
    transfers?: Transfers,
    checkpoints?: readonly Checkpoints[],
  ) {
    const { pools, moves } = where;
    const faults = faultsOn(scenario, pools);
    this.faults = faults;
    this.tolls = faults.map(createFaultImpact);
    const downs = transfers && pools.map((pool) => downsOfGroups(ofPool(faults, pool), pool));
    if (downs?.some((each) => each.length > 0) === true) transfers!.downs = downs;
    this.#ofPools = pools.map(
      (pool) =>
        new PoolFaults({
          faults: pools.length === 1 ? faults : ofPool(faults, pool),
          pool,
          timeline,
          moves,
          tolls: this.tolls,
          delays: this.#delays,
          evacuationOf: (outages) => {
            const inFlight = pool.setup.scenario.health?.inFlight ?? "fail";
            const copies = checkpoints?.[pool.number];
            if (pools.length === 1) return new Evacuation(pool, inFlight, outages, copies);
            return new SplitEvacuation(pool, where, inFlight, outages, copies);
          },
        }),
    );
  }

  /** Delays by links that were down so briefly that collectives only waited. */
  get delays(): Delays | undefined {
    return this.#delays.isAny ? this.#delays : undefined;
  }

  get outages(): readonly Outage[] {
    return this.#ofPools.flatMap(({ outages }) => outages);
  }

  /** Faults that have struck and are not made good. */
  get inForce(): number {
    return new Set(this.#ofPools.flatMap(({ inForce }) => inForce)).size;
  }

  /** Earliest scheduled end of `outage`, which is open at the end of a run; Infinity: never. */
  endNs(outage: Outage): number {
    return this.#ofPools[outage.pool]!.endNs(outage);
  }

  handle(event: FaultEvent, nowNs: number): void {
    this.#ofPools[event.pool]!.handle(event, nowNs);
  }

  /** `replica` of pool number `pool`, which is down, has something to compute since `nowNs`. */
  stalled(pool: number, replica: number, nowNs: number): void {
    this.#ofPools[pool]!.stalled(replica, nowNs);
  }

  /** Whether requests that arrive now are refused, because a pool that they need has no replica. */
  refuses(): boolean {
    for (let pool = 0; pool < this.#ofPools.length; pool++) if (this.#ofPools[pool]!.refuses()) return true;
    return false;
  }

  /** Closes open outages at `nowNs`, the end of the run. */
  close(nowNs: number): void {
    for (const each of this.#ofPools) each.close(nowNs);
  }
}

/** The faults of `scenario` on the ranks of `pools`; of links, those that cannot do without: all where caches go from pool to pool. */
function faultsOn(scenario: Scenario, pools: readonly Pool[]): EnteredFault[] {
  const [first] = pools;
  const { setup, stages } = first!;
  const plans = pools.map((pool) => pool.setup.plan);
  const faults = faultsOf(scenario, plans, setup.streams);
  if (pools.length > 1) return faults;
  const needing = ranksOnFabric(
    stages.map(({ spec }) => spec),
    setup.plan,
  );
  return faults.map((fault) => (fault.ofLinks ? { ...fault, ranks: fault.ranks.filter((rank) => needing.has(rank)) } : fault));
}

/** `faults` with the ranks of `pool` only, numbered from its first. */
function ofPool(faults: readonly EnteredFault[], { setup: { firstRank, plan } }: Pool): Fault[] {
  return faults.map((fault) => ({
    ...fault,
    ranks: fault.ranks.filter((rank) => rank >= firstRank && rank < firstRank + plan.ranks).map((rank) => rank - firstRank),
  }));
}

/** [data groups of all replicas] when links of their ranks are down for so short a time that caches only wait for them. */
function downsOfGroups(faults: readonly Fault[], { setup: { plan, scenario } }: Pool) {
  const ofRank = shortDowns(faults, outageRule(scenario));
  if (ofRank.size === 0) return [];
  return Array.from({ length: plan.replicas * plan.dataGroups }, (_, home) => joined(ranksOf(plan, home).map((rank) => ofRank.get(rank))));
}
