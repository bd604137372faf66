import { BlockPool } from "../continuous/block-pool.ts";
import { KeptBlocks } from "./kept-blocks.ts";
import type { KeptListener } from "./kept-listener.ts";

/** Slots for states, apart from the blocks of the cache: those of the sequences that run, and states that are kept while no other request needs their slot. */
export class StateSlots extends BlockPool {
  readonly kept = new KeptBlocks();
  readonly #listener: KeptListener | undefined;
  readonly #toHost: ((high: number, low: number) => void) | undefined;

  /** `toHost` receives an evicted state. */
  constructor(total: number, listener?: KeptListener, toHost?: (high: number, low: number) => void) {
    super(total);
    this.#listener = listener;
    this.#toHost = toHost;
  }

  override take(slots: number): void {
    super.take(slots);
    this.makeRoom();
  }

  makeRoom(): void {
    while (this.kept.unheld > this.free) {
      const entry = this.#evict();
      this.#toHost?.(this.kept.highs[entry]!, this.kept.lows[entry]!);
    }
  }

  /** Discards the contents. */
  forget(): void {
    while (this.kept.size > 0) this.#evict();
  }

  #evict(): number {
    const entry = this.kept.evict();
    this.#listener?.lost(this.kept.highs[entry]!, this.kept.lows[entry]!);
    return entry;
  }
}
