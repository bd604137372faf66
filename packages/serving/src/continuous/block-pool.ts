/** Counts of the blocks of one data group's cache; single blocks are not distinguished. */
export class BlockPool {
  readonly total: number;
  free: number;
  held = 0;
  /** Most blocks held at once. */
  peak = 0;

  constructor(total: number) {
    this.total = total;
    this.free = total;
  }

  /** Blocks that are free without an eviction that listeners would see. */
  get unnoticed(): number {
    return this.free;
  }

  take(blocks: number): void {
    this.free -= blocks;
    this.held += blocks;
    if (this.free < 0) throw new Error(`${-this.free} blocks more than the ${this.total} of the cache are taken`);
    if (this.held > this.peak) this.peak = this.held;
  }

  give(blocks: number): void {
    this.free += blocks;
    this.held -= blocks;
    if (this.free > this.total) throw new Error(`${this.free - this.total} blocks are given back that were not taken`);
  }
}
