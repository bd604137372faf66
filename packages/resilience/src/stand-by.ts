/** A failure that has taken GPUs of a replica. */
export interface Lacking {
  readonly ranks: readonly number[];
  /** Whether the replica needs other GPUs until the lost ones are back. */
  readonly lacksGpus: boolean;
  /** When the lost GPUs are back. */
  readonly endNs: number;
  /** Spare GPUs that took their place. */
  spares: number;
}

/** Spare GPUs for any replica, and the replicas that wait for some. */
export class StandBy {
  #free: number;
  /** Waiting replicas in the order in which they began to wait. */
  readonly #waiting = new Set<number>();

  constructor(count: number) {
    this.#free = count;
  }

  /** Whether `replica`, which `lacking` has struck and which needs all of its GPUs, has one for each from `nowNs` on; else it waits. */
  equips(replica: number, lacking: readonly Lacking[], nowNs: number): boolean {
    for (const each of lacking) {
      if (!each.lacksGpus || each.endNs <= nowNs || each.spares > 0) continue;
      if (this.#free < each.ranks.length) {
        this.#waiting.add(replica);
        return false;
      }
      this.#free -= each.ranks.length;
      each.spares = each.ranks.length;
    }
    this.#waiting.delete(replica);
    return true;
  }

  /** Returns the GPUs that `lacking` had taken: spares in their place stand by again. Returns the replicas that wait for some, in turn. */
  release(lacking: Lacking): readonly number[] {
    this.#free += lacking.spares;
    lacking.spares = 0;
    return [...this.#waiting];
  }
}
