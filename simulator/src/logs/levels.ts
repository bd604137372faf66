import type { LevelColumns } from "@tokenyard/report";
import type { Occupancy } from "@tokenyard/serving";
import { addUp, FIRST_BUCKET_US } from "./buckets.ts";

/** Levels over time, in a bounded number of buckets: when time outgrows them, two become one. Levels of a replica hold until it reports others. */
export class Levels {
  /** [1] length of a bucket. A column: if a field's whole number outgrows 31 bits, V8 recompiles the code that uses it. */
  readonly #bucketNs = Float64Array.of(FIRST_BUCKET_US * 1e3);
  /** [1] when the last bucket ends */
  readonly #lastNs: Float64Array;
  readonly #runningNs: Float64Array;
  readonly #waitingNs: Float64Array;
  /** [pools] of each its buckets */
  readonly #blocksNs: readonly Float64Array[];
  readonly #tokens: Float64Array;
  readonly #passes: Float64Array;
  // By replica, since when it is as it is:
  readonly #sinceNs: Float64Array;
  readonly #running: Float64Array;
  readonly #waiting: Float64Array;
  readonly #blocks: Float64Array;
  /** [replicas] the buckets of its pool */
  readonly #blocksNsOf: readonly Float64Array[];

  /** `pools`: the number of replicas in each pool. */
  constructor(pools: readonly number[], mostBuckets: number) {
    this.#lastNs = Float64Array.of(mostBuckets * this.#bucketNs[0]!);
    this.#runningNs = new Float64Array(mostBuckets);
    this.#waitingNs = new Float64Array(mostBuckets);
    this.#blocksNs = pools.map(() => new Float64Array(mostBuckets));
    this.#blocksNsOf = pools.flatMap((count, pool) => new Array<Float64Array>(count).fill(this.#blocksNs[pool]!));
    this.#tokens = new Float64Array(mostBuckets);
    this.#passes = new Float64Array(mostBuckets);
    const replicas = this.#blocksNsOf.length;
    this.#sinceNs = new Float64Array(replicas);
    this.#running = new Float64Array(replicas);
    this.#waiting = new Float64Array(replicas);
    this.#blocks = new Float64Array(replicas);
  }

  /** Until `nowNs` `replica` was as it is; from then on it is as `occupancy` says. */
  change(replica: number, nowNs: number, occupancy: Occupancy): void {
    let fromNs = this.#sinceNs[replica]!;
    if (nowNs >= this.#lastNs[0]! && nowNs !== fromNs) this.#makeRoom(nowNs);
    this.#sinceNs[replica] = nowNs;
    const running = this.#running[replica]!;
    const waiting = this.#waiting[replica]!;
    const blocks = this.#blocks[replica]!;
    this.#running[replica] = occupancy.running;
    this.#waiting[replica] = occupancy.waiting;
    this.#blocks[replica] = occupancy.heldBlocks;
    if (running === 0 && waiting === 0 && blocks === 0) return;
    const blocksNs = this.#blocksNsOf[replica]!;
    const bucketNs = this.#bucketNs[0]!;
    for (let bucket = Math.floor(fromNs / bucketNs); fromNs < nowNs; bucket++) {
      const untilNs = Math.min(nowNs, (bucket + 1) * bucketNs);
      const ns = untilNs - fromNs;
      this.#runningNs[bucket] = this.#runningNs[bucket]! + running * ns;
      this.#waitingNs[bucket] = this.#waitingNs[bucket]! + waiting * ns;
      blocksNs[bucket] = blocksNs[bucket]! + blocks * ns;
      fromNs = untilNs;
    }
  }

  /**
   * At each of `endsNs` from number `first` on, `count` of them, blocks were added: `openedBy` has that of the i-th at i modulo its length. The replica may have
   * reported other things since.
   */
  rise(replica: number, endsNs: Float64Array, first: number, count: number, openedBy: Float64Array): void {
    const sinceNs = this.#sinceNs[replica]!; // what `change` reports from there on is on top
    let opened = 0;
    let ns = 0;
    for (let i = first, at = 0; i < first + count; i++, at++) {
      if (at === openedBy.length) at = 0;
      const own = openedBy[at]!;
      opened += own;
      ns += own * (sinceNs - endsNs[i]!);
    }
    if (opened === 0) return;
    this.#blocks[replica] = this.#blocks[replica]! + opened;
    const firstNs = endsNs[first]!;
    const lastNs = endsNs[first + count - 1]!;
    if (lastNs >= this.#lastNs[0]!) this.#makeRoom(lastNs);
    const blocksNs = this.#blocksNsOf[replica]!;
    const bucketNs = this.#bucketNs[0]!;
    const bucket = Math.floor(Math.min(firstNs, sinceNs) / bucketNs);
    if (Math.max(lastNs, sinceNs) < (bucket + 1) * bucketNs) blocksNs[bucket] = blocksNs[bucket]! + ns;
    else for (let i = 0; i < count; i++) this.#addBlocks(blocksNs, endsNs[first + i]!, sinceNs, openedBy[i % openedBy.length]!);
  }

  /** Adds the time from `fromNs` to `toNs`; if that is earlier, removes it instead. */
  #addBlocks(blocksNs: Float64Array, fromNs: number, toNs: number, blocks: number): void {
    if (blocks === 0) return;
    if (toNs < fromNs) {
      this.#addBlocks(blocksNs, toNs, fromNs, -blocks);
      return;
    }
    const bucketNs = this.#bucketNs[0]!;
    let atNs = fromNs;
    for (let bucket = Math.floor(fromNs / bucketNs); atNs < toNs; bucket++) {
      const untilNs = Math.min(toNs, (bucket + 1) * bucketNs);
      blocksNs[bucket] = blocksNs[bucket]! + blocks * (untilNs - atNs);
      atNs = untilNs;
    }
  }

  /** `count` passes of `tokens` each have ended, one after the other at `endsNs`. */
  passed(endsNs: Float64Array, count: number, tokens: number): void {
    if (endsNs[count - 1]! >= this.#lastNs[0]!) this.#makeRoom(endsNs[count - 1]!);
    const bucketNs = this.#bucketNs[0]!;
    for (let i = 0; i < count; ) {
      const bucket = Math.floor(endsNs[i]! / bucketNs);
      const untilNs = (bucket + 1) * bucketNs;
      const first = i;
      if (endsNs[count - 1]! < untilNs) i = count;
      else while (endsNs[i]! < untilNs) i++;
      this.#tokens[bucket] = this.#tokens[bucket]! + tokens * (i - first);
      this.#passes[bucket]! += i - first;
    }
  }

  /** [pools] blocks held × nanoseconds, over all of the run */
  heldNs(horizonNs: number): readonly number[] {
    this.#holdAll(horizonNs);
    return this.#blocksNs.map((blocksNs) => blocksNs.reduce((sum, ns) => sum + ns, 0));
  }

  columns(horizonNs: number, blocks: number, arrivals: Pick<LevelColumns, "lastArrivalNs" | "waitForAnswers">): LevelColumns {
    this.#holdAll(horizonNs);
    return {
      bucketNs: this.#bucketNs[0]!,
      runningNs: this.#runningNs,
      waitingNs: this.#waitingNs,
      blocksNs: this.#allBlocksNs(),
      blocks,
      tokens: this.#tokens,
      passes: this.#passes,
      ...arrivals,
    };
  }

  #holdAll(nowNs: number): void {
    for (let replica = 0; replica < this.#sinceNs.length; replica++) {
      const asItIs = { running: this.#running[replica]!, waiting: this.#waiting[replica]!, heldBlocks: this.#blocks[replica]! };
      this.change(replica, nowNs, asItIs);
    }
  }

  /** Sum of the blocks of all pools, over buckets of time. */
  #allBlocksNs(): Float64Array {
    return this.#blocksNs.reduce((all, own) => all.map((ns, bucket) => ns + own[bucket]!));
  }

  /** Extends the buckets, as `nowNs` is beyond the last. */
  #makeRoom(nowNs: number): void {
    let together = 2;
    while (nowNs >= this.#lastNs[0]! * together) together *= 2;
    addUp(this.#runningNs, together);
    addUp(this.#waitingNs, together);
    for (const blocksNs of this.#blocksNs) addUp(blocksNs, together);
    addUp(this.#tokens, together);
    addUp(this.#passes, together);
    this.#bucketNs[0]! *= together;
    this.#lastNs[0]! *= together;
  }
}
