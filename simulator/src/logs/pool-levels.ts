import type { Pass } from "@tokenyard/model";
import type { PoolSetup } from "../inputs/setup.ts";
import type { CacheLog } from "./cache-log.ts";
import type { Levels } from "./levels.ts";

type Cache = NonNullable<PoolSetup["scheduler"]["cache"]>;

/** Part of the replicas of one pool in the levels of the run. */
export class PoolLevels {
  readonly #cache: Cache;
  /** Replicas of the pools before this one. */
  readonly #before: number;
  readonly #levels: Levels;
  /** Log of single spans, if they are kept. */
  readonly #cacheLog: CacheLog | undefined;
  readonly #endNs = new Float64Array(1);

  private constructor(cache: Cache, before: number, levels: Levels, cacheLog: CacheLog | undefined) {
    this.#cache = cache;
    this.#before = before;
    this.#levels = levels;
    this.#cacheLog = cacheLog;
  }

  /** Levels of pool number `number`; undefined if levels are not requested. */
  static of(pools: readonly PoolSetup[], number: number, logs: { levels: Levels | undefined; cacheLog: CacheLog | undefined }) {
    if (logs.levels === undefined) return undefined;
    const before = pools.slice(0, number).reduce((sum, { plan: { replicas } }) => sum + replicas, 0);
    return new PoolLevels(pools[number]!.scheduler.cache!, before, logs.levels, logs.cacheLog);
  }

  /** From `nowNs` on, `replica` is in its scheduler's current state. */
  change(replica: number, nowNs: number): void {
    const occupancy = this.#cache.occupancy(replica);
    this.#levels.change(this.#before + replica, nowNs, occupancy);
    this.#cacheLog?.change(this.#before + replica, nowNs, occupancy.heldBlocks);
  }

  /** At each of `endsNs` from number `first` on, `count` of them, `replica` opened the blocks that `openedBy` has. */
  rise(replica: number, endsNs: Float64Array, first: number, count: number, openedBy: Float64Array): void {
    this.#levels.rise(this.#before + replica, endsNs, first, count, openedBy);
  }

  /** `count` passes like `pass` have ended, one after the other at `endsNs`. Returns the tokens of each. */
  passed({ newTokens }: Pass, endsNs: Float64Array, count: number): number {
    let tokens = 0;
    for (let i = 0; i < newTokens.length; i++) tokens += newTokens[i]!;
    this.#levels.passed(endsNs, count, tokens);
    return tokens;
  }

  passedOne(pass: Pass, endNs: number): void {
    this.#endNs[0] = endNs;
    this.passed(pass, this.#endNs, 1);
  }
}
