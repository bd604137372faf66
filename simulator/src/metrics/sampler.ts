import { type FamilyKey, Sample, type SampleSink, widthOf } from "@tokenyard/metrics";
import { laneOfKind, NETWORK, OP_KINDS } from "@tokenyard/program";
import { Problems } from "@tokenyard/scenario";
import type { Pool } from "../pools/pool.ts";
import { areLayersAlike } from "../replays/segments/in-turn.ts";
import { hasCapacity } from "../setup/alert-problems.ts";
import type { Setup } from "../setup/setup.ts";
import { BUCKETS } from "./op-times.ts";
import { PoolSampler } from "./pool-sampler.ts";
import type { RequestCounts } from "./request-counts.ts";
import type { Wanted } from "./wanted.ts";

/** Numbers that a run is asked for, at most: some minutes of a core. */
const MOST_NUMBERS = 4e9;
const OPS = OP_KINDS.flatMap(({ name }, kind) => (laneOfKind(kind) === NETWORK ? [{ name, kind }] : []));

/** What a sampler asks of the run beside its pools. */
interface Run {
  readonly pools: readonly Pool[];
  readonly counts: RequestCounts;
  inFlight(): number;
  faultsInForce(): number;
}

/** Samples a run at instants in equal steps, between its events: what has happened by then, that instant included, is in the sample. Source: docs/alerts.md#series. */
export class Sampler {
  #nextNs = 0;
  readonly #everyNs: number;
  readonly #everyMs: number;
  readonly #sinks: readonly SampleSink[];
  readonly #sample = new Sample();
  readonly #columns = new Map<FamilyKey, Float64Array>();
  readonly #run: Run;
  readonly #wanted: Wanted;
  readonly #pools: readonly PoolSampler[];
  /** Numbers of one sample. */
  readonly #size: number;
  #taken = 0;

  constructor(setup: Setup, run: Run, everyMs: number, sinks: readonly SampleSink[]) {
    this.#everyMs = everyMs;
    this.#everyNs = Math.round(everyMs * 1e6);
    this.#sinks = sinks;
    this.#run = run;
    this.#wanted = run.pools[0]!.probe!.wanted;
    this.#addFamilies(setup);
    let firstReplica = 0;
    let firstRank = 0;
    let firstExpert = 0;
    this.#pools = run.pools.map((pool) => {
      const sampler = new PoolSampler(pool, this.#columns, { firstRank, firstReplica, firstExpert });
      firstReplica += pool.setup.plan.replicas;
      firstRank += pool.setup.plan.ranks;
      firstExpert += pool.probe!.copies.length;
      pool.probe!.everyNs = this.#everyNs;
      return sampler;
    });
    this.#size = this.#sample.all().reduce((numbers, { family, series }) => numbers + series.length * widthOf(family), 0);
  }

  /** Takes what is due before `nowNs`, or at it where nothing happens any more. */
  upTo(nowNs: number, isEnd = false): void {
    while (this.#nextNs < nowNs || (isEnd && this.#nextNs === nowNs)) this.#take();
  }

  #take(): void {
    if (this.#taken * this.#size > MOST_NUMBERS - this.#size) throw tooMany(this.#taken, this.#size);
    const ns = this.#taken === 0 ? 0 : this.#everyNs;
    for (const pool of this.#pools) pool.take(this.#nextNs, ns);
    this.#takeOps();
    this.#takeRequests();
    for (const sink of this.#sinks) sink.take(this.#taken * this.#everyMs, this.#sample);
    this.#taken++;
    this.#nextNs = this.#taken * this.#everyNs;
    for (const { probe } of this.#run.pools) probe!.nextSampleNs = this.#nextNs;
  }

  #takeOps(): void {
    const values = this.#columns.get("collective");
    if (values === undefined) return;
    const width = BUCKETS + 1;
    values.fill(0);
    for (const { soFar } of this.#pools) {
      for (const [s, { kind }] of OPS.entries()) {
        let sum = 0;
        for (let b = 0; b < BUCKETS; b++) {
          sum += soFar.ops.counts[kind * BUCKETS + b]!;
          values[s * width + b]! += sum;
        }
        values[s * width + BUCKETS]! += soFar.ops.sumNs[kind]! / 1e9;
      }
    }
  }

  #takeRequests(): void {
    const { counts } = this.#run;
    const one = (key: FamilyKey, value: number) => {
      const column = this.#columns.get(key);
      if (column !== undefined) column[0] = value;
    };
    one("inFlight", this.#run.inFlight());
    one("faults", this.#run.faultsInForce());
    one("finished", counts.finishedCount);
    one("failed", counts.failedCount);
    one("rejected", counts.rejectedCount);
    one("preempted", counts.preemptedCount);
    for (const key of ["ttft", "tpot", "e2e"] as const) {
      const column = this.#columns.get(key);
      if (column !== undefined) counts[key].tell(column);
    }
  }

  #addFamilies({ scheduler, scenario }: Setup): void {
    const add = (key: FamilyKey, series: readonly (readonly string[])[]) => {
      if (this.#wanted.has(key)) this.#columns.set(key, this.#sample.add(key, series));
    };
    const pools = this.#run.pools;
    const replicas = pools
      .flatMap(({ setup: { plan } }) => Array.from({ length: plan.replicas }, () => 0))
      .map((_, replica) => [`${replica}`]);
    let before = 0;
    const ranks = pools.flatMap(({ setup: { plan, firstRank } }) => {
      const own = Array.from({ length: plan.ranks }, (_, rank) => [
        `${before + Math.floor(rank / (plan.stages * plan.ranksPerStage))}`,
        `${firstRank + rank}`,
      ]);
      before += plan.replicas;
      return own;
    });
    if (this.#wanted.copies && pools.every(({ setup }) => setup.router !== undefined && !areLayersAlike(setup))) {
      let replica = 0;
      const experts = pools.flatMap(({ setup: { plan }, probe }) =>
        Array.from({ length: plan.replicas }, () => replica++).flatMap((number) =>
          probe!.layers.flatMap((layer) => Array.from({ length: probe!.experts }, (_, expert) => [`${number}`, `${layer}`, `${expert}`])),
        ),
      );
      if (hasCapacity(scenario)) add("expertCapacityUse", experts);
      add("expertCopies", experts);
    }
    for (const key of ["computeUse", "networkUse", "memoryBandwidthUse", "memory", "memoryShare", "memoryUse"] as const) add(key, ranks);
    if (scheduler.cache !== undefined) for (const key of ["kvUse", "running", "waiting"] as const) add(key, replicas);
    for (const key of ["tokens", "promptTokens", "outputTokens", "gpus", "replicasDown"] as const) add(key, replicas);
    for (const key of ["inFlight", "finished", "failed", "rejected", "faults"] as const) add(key, [[]]);
    if (scheduler.cache !== undefined) add("preempted", [[]]);
    add(
      "collective",
      OPS.map(({ name }) => [name]),
    );
    for (const key of ["ttft", "tpot", "e2e"] as const) add(key, [[]]);
  }
}

function tooMany(samples: number, numbers: number): Problems {
  const wanted = `a longer time: at most ${Math.floor(MOST_NUMBERS / numbers)} samples of ${numbers} numbers each`;
  return new Problems([{ path: ["alerts", "every"], given: `more than ${samples} samples`, wanted }]);
}
