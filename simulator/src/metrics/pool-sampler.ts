import { peaksOf } from "@tokenyard/cluster";
import type { FamilyKey } from "@tokenyard/metrics";
import { COMPUTE, NETWORK, rankMemories } from "@tokenyard/program";
import type { Pool } from "../stages/pool.ts";
import { SoFar } from "./so-far.ts";

/** Where a pool's series stand in the columns of a sample. */
interface Places {
  readonly firstRank: number;
  readonly firstReplica: number;
  /** Of series by replica, layer and expert. */
  readonly firstExpert: number;
}

/** Writes what is to be told of one pool into the columns of a sample. */
export class PoolSampler {
  readonly pool: Pool;
  readonly soFar: SoFar;
  readonly #places: Places;
  readonly #peak: number;
  /** [ranks] shares of the GPU's memory */
  readonly #fixed: Float64Array;
  readonly #kv: Float64Array;
  // As the last sample was:
  readonly #busyNs: Float64Array;
  readonly #stageBytes: Float64Array;
  readonly #copies: Float64Array;
  readonly #capacity: Float64Array;

  constructor(pool: Pool, places: Places) {
    const { plan, scenario, scheduler } = pool.setup;
    const probe = pool.probe!;
    this.pool = pool;
    this.#places = places;
    this.soFar = new SoFar(plan.ranks, plan.replicas * plan.stages);
    this.#peak = peaksOf(scenario.cluster).memoryBytesPerSecond;
    const { fixed, kv } = rankMemories(scenario, plan, scheduler.load());
    const { memory } = scenario.cluster.gpu;
    this.#fixed = fixed.map((bytes) => bytes / memory);
    this.#kv = kv.map((bytes) => bytes / memory);
    this.#busyNs = new Float64Array(plan.ranks * 2);
    this.#stageBytes = new Float64Array(plan.replicas * plan.stages);
    this.#copies = new Float64Array(probe.copies.length);
    this.#capacity = new Float64Array(probe.capacity.length);
  }

  /** `ns`: since the last sample. */
  take(columns: ReadonlyMap<FamilyKey, Float64Array>, ns: number): void {
    this.pool.tellSoFar(this.soFar);
    this.#takeReplicas(columns);
    this.#takeRanks(columns, ns);
    this.#takeExperts(columns);
  }

  #takeReplicas(columns: ReadonlyMap<FamilyKey, Float64Array>): void {
    const { plan, scheduler } = this.pool.setup;
    const { promptTokens, outputTokens } = this.pool.probe!;
    const first = this.#places.firstReplica;
    const use = scheduler.cache?.use();
    for (let replica = 0; replica < plan.replicas; replica++) {
      const at = first + replica;
      columns.get("promptTokens")![at] = promptTokens[replica]!;
      columns.get("outputTokens")![at] = outputTokens[replica]!;
      columns.get("tokens")![at] = promptTokens[replica]! + outputTokens[replica]!;
      columns.get("gpus")![at] = plan.stages * plan.ranksPerStage;
      columns.get("replicasDown")![at] = this.pool.impairments.isStopped(replica) ? 1 : 0;
      if (use === undefined) continue;
      const { running, waiting, heldBlocks } = scheduler.cache!.occupancy(replica);
      columns.get("running")![at] = running;
      columns.get("waiting")![at] = waiting;
      columns.get("kvUse")![at] = heldBlocks / (use.blocks * plan.dataGroups);
    }
  }

  #takeRanks(columns: ReadonlyMap<FamilyKey, Float64Array>, ns: number): void {
    const { plan, scheduler, scenario } = this.pool.setup;
    const { busyNs, stageBytes } = this.soFar;
    const { firstRank, firstReplica } = this.#places;
    const perReplica = plan.stages * plan.ranksPerStage;
    const [compute, network, bandwidth, memory, share, use] = (
      ["computeUse", "networkUse", "memoryBandwidthUse", "memory", "memoryShare", "memoryUse"] as const
    ).map((key) => columns.get(key)!) as [Float64Array, Float64Array, Float64Array, Float64Array, Float64Array, Float64Array];
    for (let rank = 0; rank < plan.ranks; rank++) {
      const at = firstRank + rank;
      const stage = Math.floor(rank / plan.ranksPerStage);
      const bytes = (stageBytes[stage]! - this.#stageBytes[stage]!) / plan.ranksPerStage;
      compute[at] = ns === 0 ? 0 : (busyNs[rank * 2 + COMPUTE]! - this.#busyNs[rank * 2 + COMPUTE]!) / ns;
      network[at] = ns === 0 ? 0 : (busyNs[rank * 2 + NETWORK]! - this.#busyNs[rank * 2 + NETWORK]!) / ns;
      bandwidth[at] = ns === 0 ? 0 : bytes / (this.#peak * (ns / 1e9));
      memory[at] = scenario.cluster.gpu.memory;
      share[at] = this.#fixed[rank]! + this.#kv[rank]!;
      const held = scheduler.cache === undefined ? 1 : columns.get("kvUse")![firstReplica + Math.floor(rank / perReplica)]!;
      use[at] = this.#fixed[rank]! + this.#kv[rank]! * held;
    }
    if (ns === 0) return; // what has begun at once counts from there on
    this.#busyNs.set(busyNs);
    this.#stageBytes.set(stageBytes);
  }

  #takeExperts(columns: ReadonlyMap<FamilyKey, Float64Array>): void {
    const copies = columns.get("expertCopies");
    if (copies === undefined) return;
    const use = columns.get("expertCapacityUse");
    const probe = this.pool.probe!;
    const first = this.#places.firstExpert;
    for (let row = 0, at = 0; row < probe.capacity.length; row++) {
      const capacity = probe.capacity[row]! - this.#capacity[row]!;
      for (let e = 0; e < probe.experts; e++, at++) {
        copies[first + at] = probe.copies[at]!;
        if (use !== undefined) use[first + at] = capacity === 0 ? 0 : (probe.copies[at]! - this.#copies[at]!) / capacity;
      }
    }
    this.#capacity.set(probe.capacity);
    this.#copies.set(probe.copies);
  }
}
