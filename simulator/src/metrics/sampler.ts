import { type FamilyKey, Sample, type SampleSink, widthOf } from "@tokenyard/metrics";
import { OP_KINDS } from "@tokenyard/program";
import { Problems } from "@tokenyard/scenario";
import { BUCKETS, OPS, type OpTimes } from "../counts/op-times.ts";
import type { Setup } from "../inputs/setup.ts";
import { RUN_NUMBERS, RUN_TIMES, type SampledRun } from "./numbers/run-numbers.ts";
import { sampledFamilies } from "./numbers/sampled-families.ts";
import { PoolSampler } from "./pool-sampler.ts";

/** Most numbers to sample in a run: some minutes of a core. */
const MOST_NUMBERS = 4e9;
/** [op kinds] the number of their series */
const SERIES_OF = Int32Array.from(OP_KINDS, (_, kind) => OPS.indexOf(kind));
const WIDTH = BUCKETS + 1;

/**
 * Samples a run at instants in equal steps, between its events: a sample includes everything up to its instant. Source:
 * docs/alerts.md#series.
 */
export class Sampler {
  #nextNs = 0;
  #lastNs = 0;
  readonly #everyNs: number;
  readonly #everyMs: number;
  readonly #sinks: readonly SampleSink[];
  readonly #sample = new Sample();
  readonly #columns = new Map<FamilyKey, Float64Array>();
  readonly #run: SampledRun;
  readonly #pools: readonly PoolSampler[];
  /** Columns that are requested: of operations, of numbers of the whole run, and of how long requests took. */
  readonly #collective: Float64Array | undefined;
  readonly #numbers: readonly { readonly column: Float64Array; read(run: SampledRun, atNs: number): number }[];
  readonly #times: readonly { readonly column: Float64Array; readonly times: ReturnType<(typeof RUN_TIMES)[number]["of"]> }[];
  /** Numbers of one sample, and of all samples at most. */
  readonly #size: number;
  readonly #most: number;
  #taken = 0;

  constructor(setup: Setup, run: SampledRun, everyMs: number, sinks: readonly SampleSink[]) {
    this.#everyMs = everyMs;
    this.#everyNs = Math.round(everyMs * 1e6);
    this.#sinks = sinks;
    this.#most = setup.source.isOpen === true ? Number.POSITIVE_INFINITY : MOST_NUMBERS;
    this.#run = run;
    const { wanted } = run.pools[0]!.probe!;
    for (const [key, series] of sampledFamilies(setup)) if (wanted.has(key)) this.#columns.set(key, this.#sample.add(key, series));
    const asked = <Of extends { readonly key: FamilyKey }>(each: Of) => {
      const column = this.#columns.get(each.key);
      return column === undefined ? [] : [{ ...each, column }];
    };
    this.#collective = this.#columns.get("collective");
    this.#numbers = RUN_NUMBERS.flatMap(asked);
    this.#times = RUN_TIMES.flatMap(asked).map(({ column, of }) => ({ column, times: of(run) }));
    let firstReplica = 0;
    let firstRank = 0;
    let firstExpert = 0;
    let firstLayer = 0;
    this.#pools = run.pools.map((pool) => {
      const sampler = new PoolSampler(run, pool, this.#columns, { firstRank, firstReplica, firstExpert, firstLayer });
      firstReplica += pool.setup.plan.replicas;
      firstRank += pool.setup.plan.ranks;
      firstExpert += pool.probe!.counts.copies.length;
      firstLayer += pool.probe!.counts.capacity.length;
      pool.probe!.everyNs = this.#everyNs;
      return sampler;
    });
    this.#size = this.#sample.all().reduce((numbers, { family, series }) => numbers + series.length * widthOf(family), 0);
  }

  /** Takes the samples due before `nowNs`, or at it if no event follows. Returns the time of the next. */
  upTo(nowNs: number, isEnd = false): number {
    while (this.#nextNs < nowNs || (isEnd && this.#nextNs === nowNs)) this.#take();
    return this.#nextNs;
  }

  #take(): void {
    if (this.#taken * this.#size > this.#most - this.#size) throw tooMany(this.#taken, this.#size);
    const ns = this.#taken === 0 ? 0 : this.#everyNs;
    this.#fill(this.#nextNs, ns);
    for (const sink of this.#sinks) sink.take(this.#taken * this.#everyMs, this.#sample);
    this.#taken++;
    this.#lastNs = this.#nextNs;
    this.#nextNs = this.#taken * this.#everyNs;
    for (const pool of this.#run.pools) pool.setNextSample(this.#nextNs);
  }

  /** A sample at the end of the run, `atNs`, for `sinks`, if anything is left of an interval. */
  takeRest(atNs: number, sinks: readonly SampleSink[]): void {
    if (this.#taken === 0 || atNs <= this.#lastNs) return;
    this.#fill(atNs, atNs - this.#lastNs);
    for (const sink of sinks) sink.take(atNs / 1e6, this.#sample);
    this.#lastNs = atNs;
  }

  #fill(atNs: number, ns: number): void {
    for (const pool of this.#pools) pool.take(atNs, ns);
    this.#takeOps();
    this.#takeNumbers(atNs);
  }

  #takeOps(): void {
    const values = this.#collective;
    if (values === undefined) return;
    if (this.#pools.length > 1) values.fill(0);
    for (let p = 0; p < this.#pools.length; p++) this.#addOps(this.#pools[p]!.totals.ops, values);
  }

  /** Adds a pool's numbers to `values` [series × numbers of one]. */
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

  #takeNumbers(atNs: number): void {
    this.#run.counts.settle();
    for (let i = 0; i < this.#numbers.length; i++) {
      const { column, read } = this.#numbers[i]!;
      column[0] = read(this.#run, atNs);
    }
    for (let i = 0; i < this.#times.length; i++) this.#times[i]!.times.report(this.#times[i]!.column);
  }
}

function tooMany(samples: number, numbers: number): Problems {
  const wanted = `a grownColumn time: at most ${Math.floor(MOST_NUMBERS / numbers)} samples of ${numbers} numbers each`;
  return new Problems([{ path: ["alerts", "every"], given: `more than ${samples} samples`, wanted }]);
}
