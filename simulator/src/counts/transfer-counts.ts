import { TimeBuckets } from "./time-buckets.ts";

/** Caches on their way between pools, for samples: a move counts when it has ended. */
export class TransferCounts {
  count = 0;
  bytes = 0;
  readonly time = new TimeBuckets("transferTime");
  readonly wait = new TimeBuckets("transferWait");
  /** By slot, once the first token is emitted: its instant, the begin of the rest of the move (Infinity until it is known), and its bytes. NaN: no move. */
  readonly #firstTokenNs: number[] = [];
  readonly #beginsNs: number[] = [];
  readonly #bytes: number[] = [];

  /** Records that the first token of `slot` is emitted now. */
  announced(slot: number, nowNs: number): void {
    while (this.#beginsNs.length <= slot) {
      this.#beginsNs.push(Number.NaN);
      this.#firstTokenNs.push(Number.NaN);
      this.#bytes.push(0);
    }
    this.#firstTokenNs[slot] = nowNs;
    this.#beginsNs[slot] = Number.POSITIVE_INFINITY;
  }

  /** Records that the cache of `slot` moves from `beginsNs` on. */
  starts(slot: number, beginsNs: number, bytes: number): void {
    this.#beginsNs[slot] = beginsNs;
    this.#bytes[slot] = bytes;
  }

  /** Records that the move of the cache of `slot` was cancelled, and waits again. */
  waits(slot: number): void {
    this.#beginsNs[slot] = Number.POSITIVE_INFINITY;
  }

  /** Forgets the move of the cache of `slot`, if there is one. */
  drop(slot: number): void {
    if (slot < this.#beginsNs.length) this.#beginsNs[slot] = Number.NaN;
  }

  /** Counts the move of the cache of `slot`, which ends now. */
  ended(slot: number, nowNs: number): void {
    const beginsNs = this.#beginsNs[slot]!;
    this.count++;
    this.bytes += this.#bytes[slot]!;
    this.time.add(nowNs - beginsNs);
    this.wait.add(beginsNs - this.#firstTokenNs[slot]!);
    this.#beginsNs[slot] = Number.NaN;
  }

  /** Transfers that have not begun by `atNs`. */
  waitingAt(atNs: number): number {
    let count = 0;
    for (let slot = 0; slot < this.#beginsNs.length; slot++) if (this.#beginsNs[slot]! > atNs) count++;
    return count;
  }

  movingAt(atNs: number): number {
    let count = 0;
    for (let slot = 0; slot < this.#beginsNs.length; slot++) if (this.#beginsNs[slot]! <= atNs) count++;
    return count;
  }
}
