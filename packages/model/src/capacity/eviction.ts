/** Rule by which a rank chooses the experts of a layer that it keeps. */
export type CachePolicy = "lru" | "lfu" | "hottest";

/** What a cache of experts asks about the one that gives way. It learns of each use before what follows from it. */
export interface Eviction {
  /** `expert` is used; `isThere` says whether it is in the cache. */
  used(expert: number, isThere: boolean): void;
  /** `expert` is in the cache from now on: it was given at the start, moved to this rank, or was loaded. */
  entered(expert: number): void;
  /** The expert of `kept`, which is full, that `expert` replaces; undefined: none, as `expert` is not kept. Do not keep `kept`. */
  evicted(kept: readonly number[], expert: number): number | undefined;
}

/** The eviction of `policy` among `experts`; undefined for the policy that evicts none. */
export function evictionOf(policy: CachePolicy, experts: number): Eviction | undefined {
  switch (policy) {
    case "lru":
      return new LeastRecent(experts);
    case "lfu":
      return new LeastFrequent(experts);
    case "hottest":
      return undefined;
  }
}

/** Evicts the expert that was used longest ago. */
class LeastRecent implements Eviction {
  /** [experts] number of the last use, or of the entrance */
  protected readonly usedAt: Float64Array;
  #now = 0;

  constructor(experts: number) {
    this.usedAt = new Float64Array(experts);
  }

  used(expert: number, _isThere: boolean): void {
    this.usedAt[expert] = ++this.#now;
  }

  entered(expert: number): void {
    this.usedAt[expert] = ++this.#now;
  }

  evicted(kept: readonly number[]): number {
    return kept.reduce((least, each) => (this.isLess(each, least) ? each : least));
  }

  protected isLess(one: number, other: number): boolean {
    return this.usedAt[one]! < this.usedAt[other]!;
  }
}

/** Evicts the expert that was used least often, of those the one that was used longest ago. */
class LeastFrequent extends LeastRecent {
  /** [experts] uses of each, cached or not */
  readonly #uses: Float64Array;

  constructor(experts: number) {
    super(experts);
    this.#uses = new Float64Array(experts);
  }

  override used(expert: number, isThere: boolean): void {
    super.used(expert, isThere);
    this.#uses[expert]!++;
  }

  protected override isLess(one: number, other: number): boolean {
    const [uses, others] = [this.#uses[one]!, this.#uses[other]!];
    return uses === others ? super.isLess(one, other) : uses < others;
  }
}
