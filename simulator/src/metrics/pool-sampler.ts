import { peaksOf } from "@tokenyard/cluster";
import type { FamilyKey } from "@tokenyard/metrics";
import { COMPUTE, homeOfRank, NETWORK, rankMemories } from "@tokenyard/program";
import { type CopyCounts, createCopyCounts } from "../counts/late-copies.ts";
import { WorkTotals } from "../counts/work-totals.ts";
import { peakFlopsOf } from "../inputs/peak-flops.ts";
import type { Pool } from "../pools/pool.ts";
import { ReplicaSampler, type SampleColumns } from "./numbers/replica-sampler.ts";
import type { SampledRun } from "./numbers/run-numbers.ts";

/** Columns of a pool's series in a sample. */
interface Places {
  readonly firstRank: number;
  readonly firstReplica: number;
  /** First column of series by replica, layer and expert. */
  readonly firstExpert: number;
  /** First column of series by replica and layer with experts. */
  readonly firstLayer: number;
}

/** Series that change from sample to sample. */
const MOVING = [
  "promptTokens",
  "outputTokens",
  "tokens",
  "replicasDown",
  "memoryUse",
  "kvUse",
  "rankKvUse",
  "running",
  "waiting",
  "computeUse",
  "networkUse",
  "memoryBandwidthUse",
  "flopsUse",
  "expertUse",
  "expertCopies",
  "expertCapacityUse",
  "droppedCopies",
  "reroutedCopies",
  "maskedCopies",
  "droppedShare",
] as const satisfies readonly FamilyKey[];

type MovingColumns = { readonly [Key in (typeof MOVING)[number]]: Float64Array | undefined };

/** Writes the numbers of one pool into the columns of a sample. */
export class PoolSampler {
  readonly totals: WorkTotals;
  readonly #pool: Pool;
  readonly #places: Places;
  readonly #columns: MovingColumns;
  readonly #peak: number;
  readonly #peakFlops: number;
  /** [ranks] shares of the GPU's memory */
  readonly #fixed: Float64Array;
  readonly #kv: Float64Array;
  /** [ranks] data group of each, numbered through all replicas */
  readonly #home: Int32Array;
  // Values of the last sample:
  readonly #busyNs: Float64Array;
  readonly #bytes: Float64Array;
  readonly #expertNs: Float64Array;
  readonly #flops: Float64Array;
  readonly #counts: CopyCounts;
  readonly #replicas: ReplicaSampler;

  constructor(run: SampledRun, pool: Pool, columns: SampleColumns, places: Places) {
    const { plan, scenario, scheduler } = pool.setup;
    const { wanted, counts, experts } = pool.probe!;
    this.#pool = pool;
    this.#columns = Object.fromEntries(MOVING.map((key) => [key, columns.get(key)])) as MovingColumns;
    this.#places = places;
    this.totals = new WorkTotals(plan.ranks, wanted, kindsOf(pool));
    this.#peak = peaksOf(scenario.cluster).memoryBytesPerSecond;
    this.#peakFlops = peakFlopsOf(pool.setup);
    const { weights, workspace, kv } = rankMemories(scenario, plan, scheduler.load());
    const { memory } = scenario.cluster.gpu;
    this.#fixed = weights.map((bytes, rank) => (bytes + workspace[rank]!) / memory);
    this.#kv = kv.map((bytes) => bytes / memory);
    this.#home = Int32Array.from({ length: plan.ranks }, (_, rank) => homeOfRank(plan, rank));
    this.#busyNs = new Float64Array(this.totals.busyNs.length);
    this.#bytes = new Float64Array(this.totals.bytes.length);
    this.#expertNs = new Float64Array(this.totals.expertNs.length);
    this.#flops = new Float64Array(this.totals.flops.length);
    this.#counts = createCopyCounts(counts.capacity.length, experts);
    this.#replicas = new ReplicaSampler(run, pool, columns, places.firstReplica);
    this.#takeStill(columns);
  }

  /** `ns`: since the last sample, which was before `atNs`. */
  take(atNs: number, ns: number): void {
    this.#pool.fillTotals(this.totals, atNs);
    this.#takeTokens();
    this.#takeLevels();
    this.#takeWork(ns);
    this.#takeExperts();
    this.#replicas.take(atNs);
  }

  /** Writes the constant columns. */
  #takeStill(columns: SampleColumns): void {
    const { plan, scenario } = this.#pool.setup;
    const { firstRank, firstReplica } = this.#places;
    columns.get("gpus")?.fill(plan.stages * plan.ranksPerStage, firstReplica, firstReplica + plan.replicas);
    columns.get("memory")?.fill(scenario.cluster.gpu.memory, firstRank, firstRank + plan.ranks);
    const share = columns.get("memoryShare");
    for (let rank = 0; share !== undefined && rank < plan.ranks; rank++) share[firstRank + rank] = this.#fixed[rank]! + this.#kv[rank]!;
  }

  #takeTokens(): void {
    const { promptTokens, outputTokens: counted, speculation } = this.#pool.probe!;
    const first = this.#places.firstReplica;
    const prompt = this.#columns.promptTokens;
    const output = this.#columns.outputTokens;
    const tokens = this.#columns.tokens;
    for (let replica = 0; replica < promptTokens.length; replica++) {
      const outputTokens = counted[replica]! + (speculation === undefined ? 0 : speculation[replica]!.tokens);
      if (prompt !== undefined) prompt[first + replica] = promptTokens[replica]!;
      if (output !== undefined) output[first + replica] = outputTokens;
      if (tokens !== undefined) tokens[first + replica] = promptTokens[replica]! + outputTokens;
    }
  }

  #takeLevels(): void {
    const { plan, scheduler } = this.#pool.setup;
    const { firstRank, firstReplica } = this.#places;
    const { cache } = scheduler;
    const perReplica = plan.stages * plan.ranksPerStage;
    const blocks = cache === undefined ? 0 : cache.use().blocks;
    const down = this.#columns.replicasDown;
    const use = this.#columns.memoryUse;
    const kvUse = this.#columns.kvUse;
    const rankKvUse = this.#columns.rankKvUse;
    const runs = this.#columns.running;
    const waits = this.#columns.waiting;
    if ((down ?? use ?? kvUse ?? rankKvUse ?? runs ?? waits) === undefined) return;
    for (let replica = 0; replica < plan.replicas; replica++) {
      const at = firstReplica + replica;
      if (down !== undefined) down[at] = this.#pool.impairments.isStopped[replica]!;
      const occupancy = cache?.occupancy(replica);
      if (runs !== undefined) runs[at] = occupancy!.running;
      if (waits !== undefined) waits[at] = occupancy!.waiting;
      if (kvUse !== undefined) kvUse[at] = occupancy!.heldBlocks / (blocks * plan.dataGroups);
      if (use === undefined && rankKvUse === undefined) continue;
      for (let rank = replica * perReplica; rank < (replica + 1) * perReplica; rank++) {
        const held = cache === undefined ? 1 : cache.heldBlocks(this.#home[rank]!) / blocks;
        if (use !== undefined) use[firstRank + rank] = this.#fixed[rank]! + this.#kv[rank]! * held;
        if (rankKvUse !== undefined) rankKvUse[firstRank + rank] = held;
      }
    }
  }

  #takeWork(ns: number): void {
    const { busyNs, bytes, expertNs, flops } = this.totals;
    const { firstRank } = this.#places;
    const compute = this.#columns.computeUse;
    const network = this.#columns.networkUse;
    const bandwidth = this.#columns.memoryBandwidthUse;
    const experts = this.#columns.expertUse;
    const most = this.#peak * (ns / 1e9);
    for (let rank = 0; rank < busyNs.length / 2; rank++) {
      const at = rank * 2;
      if (compute !== undefined) compute[firstRank + rank] = shareOf(busyNs[at + COMPUTE]! - this.#busyNs[at + COMPUTE]!, ns);
      if (network !== undefined) network[firstRank + rank] = shareOf(busyNs[at + NETWORK]! - this.#busyNs[at + NETWORK]!, ns);
    }
    for (let rank = 0; experts !== undefined && rank < expertNs.length; rank++)
      experts[firstRank + rank] = shareOf(expertNs[rank]! - this.#expertNs[rank]!, ns);
    this.#takeFlops(ns);
    for (let rank = 0; bandwidth !== undefined && rank < bytes.length; rank++) {
      bandwidth[firstRank + rank] = shareOf(bytes[rank]! - this.#bytes[rank]!, most);
    }
    if (ns === 0) return; // zero durations are counted elsewhere
    this.#busyNs.set(busyNs);
    this.#bytes.set(bytes);
    this.#expertNs.set(expertNs);
    this.#flops.set(flops);
  }

  /** FLOPs of each stage, shared out by the time in which kernels of its ranks ran. */
  #takeFlops(ns: number): void {
    const { flopsUse } = this.#columns;
    const { firstRank } = this.#places;
    const { busyNs, flops } = this.totals;
    const { ranksPerStage } = this.#pool.setup.plan;
    const kernelNs = (rank: number) => busyNs[rank * 2 + COMPUTE]! - this.#busyNs[rank * 2 + COMPUTE]!;
    const most = this.#peakFlops * (ns / 1e9);
    for (let first = 0; flopsUse !== undefined && first < flops.length; first += ranksPerStage) {
      const done = shareOf(flops[first]! - this.#flops[first]!, most);
      let allNs = 0;
      for (let rank = first; rank < first + ranksPerStage; rank++) allNs += kernelNs(rank);
      for (let rank = first; rank < first + ranksPerStage; rank++)
        flopsUse[firstRank + rank] = allNs === 0 ? done / ranksPerStage : (done * kernelNs(rank)) / allNs;
    }
  }

  #takeExperts(): void {
    const { expertCopies, expertCapacityUse: use, droppedCopies, reroutedCopies, maskedCopies, droppedShare } = this.#columns;
    const { counts, experts } = this.#pool.probe!;
    const before = this.#counts;
    const { firstExpert, firstLayer } = this.#places;
    if ((expertCopies ?? use ?? droppedShare) !== undefined) {
      for (let row = 0, at = 0; row < counts.capacity.length; row++) {
        const capacity = counts.capacity[row]! - before.capacity[row]!;
        let routed = 0;
        for (let e = 0; e < experts; e++, at++) {
          const copies = counts.copies[at]! - before.copies[at]!;
          routed += copies;
          if (expertCopies !== undefined) expertCopies[firstExpert + at] = counts.copies[at]!;
          if (use !== undefined) use[firstExpert + at] = shareOf(copies, capacity);
        }
        if (droppedShare !== undefined) droppedShare[firstLayer + row] = shareOf(counts.dropped[row]! - before.dropped[row]!, routed);
      }
      before.capacity.set(counts.capacity);
      before.copies.set(counts.copies);
      before.dropped.set(counts.dropped);
    }
    droppedCopies?.set(counts.dropped, firstLayer);
    reroutedCopies?.set(counts.rerouted, firstLayer);
    maskedCopies?.set(counts.masked, firstLayer);
  }
}

/** Kinds of ops that its stages may run. */
function kindsOf({ stages }: Pool): ReadonlySet<number> {
  const kinds = new Set<number>();
  for (const { spec } of stages)
    for (const slice of spec.slices)
      for (const staged of [slice, slice.halves, slice.moving, slice.moving?.halves])
        for (const { kind } of staged?.program.ops ?? []) kinds.add(kind);
  return kinds;
}

/** 0 of nothing. */
function shareOf(part: number, whole: number): number {
  return whole === 0 ? 0 : part / whole;
}
