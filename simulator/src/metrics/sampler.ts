import { type FamilyKey, Sample, type SampleSink, widthOf } from "@tokenyard/metrics";
import { laneOfKind, NETWORK, OP_KINDS } from "@tokenyard/program";
import { Problems } from "@tokenyard/scenario";
import type { Pool } from "../pools/pool.ts";
import { areLayersAlike } from "../replays/segments/in-turn.ts";
import { hasCapacity } from "../setup/alert-problems.ts";
import type { Setup } from "../setup/setup.ts";
import { BUCKETS, type OpTimes } from "./op-times.ts";
import { PoolSampler } from "./pool-sampler.ts";
import type { RequestCounts } from "./request-counts.ts";
import type { Wanted } from "./wanted.ts";

/** Numbers that a run is asked for, at most: some minutes of a core. */
const MOST_NUMBERS = 4e9;
/** Kinds of operations of communication. */
const OPS = OP_KINDS.flatMap((_, kind) => (laneOfKind(kind) === NETWORK ? [kind] : []));
/** [op kinds] the number of their series */
const SERIES_OF = Int32Array.from(OP_KINDS, (_, kind) => OPS.indexOf(kind));
const WIDTH = BUCKETS + 1;

/** What a sampler asks of the run beside its pools. */
interface Run {
  readonly pools: readonly Pool[];
  readonly counts: RequestCounts;
  inFlight(): number;
  faultsInForce(): number;
}

/** Numbers that are told of the whole run. */
const OF_RUN: readonly { readonly key: FamilyKey; read(run: Run): number }[] = [
  { key: "inFlight", read: (run) => run.inFlight() },
  { key: "faults", read: (run) => run.faultsInForce() },
  { key: "finished", read: ({ counts }) => counts.finishedCount },
  { key: "failed", read: ({ counts }) => counts.failedCount },
  { key: "rejected", read: ({ counts }) => counts.rejectedCount },
  { key: "preempted", read: ({ counts }) => counts.preemptedCount },
];

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
  /** Columns that somebody asks for: of operations, of numbers of the whole run, and of how long requests took. */
  readonly #collective: Float64Array | undefined;
  readonly #numbers: readonly { readonly column: Float64Array; read(run: Run): number }[];
  readonly #times: readonly { readonly key: "ttft" | "tpot" | "e2e"; readonly column: Float64Array }[];
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
    const asked = <Of extends { readonly key: FamilyKey }>(each: Of) => {
      const column = this.#columns.get(each.key);
      return column === undefined ? [] : [{ ...each, column }];
    };
    this.#collective = this.#columns.get("collective");
    this.#numbers = OF_RUN.flatMap(asked);
    this.#times = (["ttft", "tpot", "e2e"] as const).flatMap((key) => asked({ key }));
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
    const values = this.#collective;
    if (values === undefined) return;
    if (this.#pools.length > 1) values.fill(0);
    for (let p = 0; p < this.#pools.length; p++) this.#addOps(this.#pools[p]!.soFar.ops, values);
  }

  /** Adds what a pool tells to `values` [series × numbers of one]; of the only pool there is, it is all that is told. */
  #addOps({ counts, sumNs, kinds }: OpTimes, values: Float64Array): void {
    const isOnly = this.#pools.length === 1;
    for (let k = 0; k < kinds.length; k++) {
      const kind = kinds[k]!;
      const first = SERIES_OF[kind]! * WIDTH;
      let sum = 0;
      for (let b = 0; b < BUCKETS; b++) {
        sum += counts[kind * BUCKETS + b]!;
        values[first + b] = isOnly ? sum : values[first + b]! + sum;
      }
      const seconds = sumNs[kind]! / 1e9;
      values[first + BUCKETS] = isOnly ? seconds : values[first + BUCKETS]! + seconds;
    }
  }

  #takeRequests(): void {
    const { counts } = this.#run;
    for (let i = 0; i < this.#numbers.length; i++) {
      const { column, read } = this.#numbers[i]!;
      column[0] = read(this.#run);
    }
    for (let i = 0; i < this.#times.length; i++) counts[this.#times[i]!.key].tell(this.#times[i]!.column);
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
      OPS.map((kind) => [OP_KINDS[kind]!.name]),
    );
    for (const key of ["ttft", "tpot", "e2e"] as const) add(key, [[]]);
  }
}

function tooMany(samples: number, numbers: number): Problems {
  const wanted = `a longer time: at most ${Math.floor(MOST_NUMBERS / numbers)} samples of ${numbers} numbers each`;
  return new Problems([{ path: ["alerts", "every"], given: `more than ${samples} samples`, wanted }]);
}
