import { KeyTable } from "./key-table.ts";

const NONE = -1;

/**
 * Full blocks by the key of their tokens, each with the number of sequences that hold it. Blocks without a holder are in a list, from the
 * one that was released longest ago: the order of eviction. Blocks that no other text can have need no keys: if released together, they are
 * one entry of the list, a run. An entry may take the room of several blocks.
 */
export class KeptBlocks {
  /** [entries] the two words of an entry's key; they outlive its eviction until the next block is added. */
  highs = new Int32Array(16);
  lows = new Int32Array(16);
  /** [entries] sequences that hold it. */
  holders = new Int32Array(16);
  /** [entries] blocks of a run that are left; 0: an entry is one block with a key. */
  runs = new Int32Array(16);
  /** [entries] blocks of room of an entry with a key */
  weights = new Int32Array(16);
  /** Blocks here. */
  size = 0;
  /** Kept blocks that no sequence holds. */
  unheld = 0;
  #older = new Int32Array(16);
  #newer = new Int32Array(16);
  #oldest = NONE;
  #newest = NONE;
  readonly #table = new KeyTable();
  /** Entries that are free again, chained through `#newer`. */
  #spare = NONE;
  #used = 0;

  /** The entry of the block with that key; −1: none. */
  find(high: number, low: number): number {
    return this.#table.find(high, low, this.highs, this.lows);
  }

  /** Adds an entry for a new key with the room of `weight` blocks, held by one sequence. */
  add(high: number, low: number, weight = 1): void {
    const entry = this.#entry();
    this.highs[entry] = high;
    this.lows[entry] = low;
    this.holders[entry] = 1;
    this.weights[entry] = weight;
    this.#table.add(entry, this.lows);
    this.size += weight;
  }

  /** One more sequence holds it; true if none did. */
  hold(entry: number): boolean {
    if (this.holders[entry]!++ > 0) return false;
    this.#unlink(entry);
    this.unheld -= this.weights[entry]!;
    return true;
  }

  /** One sequence less holds it; true if none does any more. */
  release(entry: number): boolean {
    const left = --this.holders[entry]!;
    if (left < 0) throw new Error("a block is let go that is not held");
    if (left > 0) return false;
    this.#link(entry);
    this.unheld += this.weights[entry]!;
    return true;
  }

  /** Blocks of a run that give way next, before any block with a key; 0: the next one has a key. */
  get unkeyed(): number {
    return this.#oldest === NONE ? 0 : this.runs[this.#oldest]!;
  }

  /** The last `blocks` of the run that was released longest ago leave; returns its entry. */
  evictOfRun(blocks: number): number {
    const entry = this.#oldest;
    this.size -= blocks;
    this.takeFrom(entry, blocks);
    return entry;
  }

  /** The block with a key that was released longest ago leaves; returns the entry that it had. */
  evict(): number {
    const entry = this.#oldest;
    if (entry === NONE) throw new Error("a block is to give way, and all are held");
    this.#unlink(entry);
    this.#table.remove(entry, this.lows);
    this.#put(entry);
    this.unheld -= this.weights[entry]!;
    this.size -= this.weights[entry]!;
    return entry;
  }

  /** Adds `blocks` blocks without keys, already counted in `size`, that no sequence holds from now on. Returns the entry of their run. */
  addRun(blocks: number): number {
    const entry = this.#entry();
    this.runs[entry] = blocks;
    this.#link(entry);
    this.unheld += blocks;
    return entry;
  }

  /** `blocks` of the run at `entry` are no longer unheld; an empty run leaves the list. */
  takeFrom(entry: number, blocks: number): void {
    this.unheld -= blocks;
    const left = this.runs[entry]! - blocks;
    this.runs[entry] = left;
    if (left > 0) return;
    this.#unlink(entry);
    this.#put(entry);
  }

  /** `entry` is free again. */
  #put(entry: number): void {
    this.#newer[entry] = this.#spare;
    this.#spare = entry;
  }

  #entry(): number {
    const spare = this.#spare;
    if (spare !== NONE) {
      this.#spare = this.#newer[spare]!;
      return spare;
    }
    if (this.#used === this.highs.length) this.#grow();
    return this.#used++;
  }

  #link(entry: number): void {
    this.#older[entry] = this.#newest;
    this.#newer[entry] = NONE;
    if (this.#newest === NONE) this.#oldest = entry;
    else this.#newer[this.#newest] = entry;
    this.#newest = entry;
  }

  #unlink(entry: number): void {
    const older = this.#older[entry]!;
    const newer = this.#newer[entry]!;
    if (older === NONE) this.#oldest = newer;
    else this.#newer[older] = newer;
    if (newer === NONE) this.#newest = older;
    else this.#older[newer] = older;
  }

  #grow(): void {
    this.highs = doubled(this.highs);
    this.lows = doubled(this.lows);
    this.holders = doubled(this.holders);
    this.runs = doubled(this.runs);
    this.weights = doubled(this.weights);
    this.#older = doubled(this.#older);
    this.#newer = doubled(this.#newer);
  }
}

function doubled(column: Int32Array): Int32Array<ArrayBuffer> {
  const longer = new Int32Array(2 * column.length);
  longer.set(column);
  return longer;
}
