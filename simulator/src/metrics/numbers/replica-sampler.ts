import type { FamilyKey } from "@tokenyard/metrics";
import type { Pool } from "../../pools/pool.ts";
import { REPLICA_NUMBERS, type SampledReplica } from "./replica-numbers.ts";
import type { SampledRun } from "./run-numbers.ts";

/** Columns of a sample; only those that were requested. */
export type SampleColumns = ReadonlyMap<FamilyKey, Float64Array>;

/** Writes the numbers of a pool's replicas that can simply be read into the columns of a sample. */
export class ReplicaSampler {
  readonly #first: number;
  readonly #view: SampledReplica;
  readonly #numbers: readonly { readonly column: Float64Array; read(of: SampledReplica): number }[];
  readonly #keepsPrefixes: boolean;
  readonly #hitShare: Float64Array | undefined;
  /** [replicas][positions] */
  readonly #byPosition: Float64Array | undefined;
  // [replicas] Values of the last sample:
  readonly #sought: Float64Array;
  readonly #hit: Float64Array;

  /** Replicas of `pool` are numbered from `firstReplica` on. */
  constructor(run: SampledRun, pool: Pool, columns: SampleColumns, firstReplica: number) {
    const { plan, scheduler } = pool.setup;
    this.#first = firstReplica;
    this.#view = { replica: 0, atNs: 0, pool, run, prefix: undefined };
    this.#keepsPrefixes = scheduler.cache?.prefixOf(0) !== undefined;
    this.#numbers = REPLICA_NUMBERS.flatMap(({ key, read }) => {
      const column = columns.get(key);
      return column === undefined ? [] : [{ column, read }];
    });
    this.#hitShare = columns.get("hitShare");
    this.#byPosition = columns.get("acceptedByPosition");
    this.#sought = new Float64Array(plan.replicas);
    this.#hit = new Float64Array(plan.replicas);
  }

  take(atNs: number): void {
    if (this.#numbers.length === 0 && this.#hitShare === undefined && this.#byPosition === undefined) return;
    const view = this.#view;
    const { plan, scheduler } = view.pool.setup;
    view.atNs = atNs;
    for (let replica = 0; replica < plan.replicas; replica++) {
      view.replica = replica;
      if (this.#keepsPrefixes) view.prefix = scheduler.cache!.prefixOf(replica);
      for (let i = 0; i < this.#numbers.length; i++) {
        const { column, read } = this.#numbers[i]!;
        column[this.#first + replica] = read(view);
      }
      if (this.#byPosition !== undefined) {
        const { accepted } = scheduler.speculation![replica]!;
        this.#byPosition.set(accepted, (this.#first + replica) * accepted.length);
      }
      if (this.#hitShare !== undefined) this.#takeHitShare(replica, this.#hitShare);
    }
  }

  /** Writes the share of hits in the prefix cache; 0 without lookups. */
  #takeHitShare(replica: number, shares: Float64Array): void {
    const { soughtTokens, hitTokens } = this.#view.prefix!;
    const sought = soughtTokens - this.#sought[replica]!;
    shares[this.#first + replica] = sought === 0 ? 0 : (hitTokens - this.#hit[replica]!) / sought;
    this.#sought[replica] = soughtTokens;
    this.#hit[replica] = hitTokens;
  }
}
