/** The blocks of one data group's cache, counted: nobody asks which they are. */
export class BlockPool {
  readonly total: number;
  free: number;
  /** Most blocks that have been held at once. */
  peak = 0;

  constructor(total: number) {
    this.total = total;
    this.free = total;
  }

  get held(): number {
    return this.total - this.free;
  }

  /** Blocks that can be taken without anybody else hearing of it. */
  get unnoticed(): number {
    return this.free;
  }

  take(blocks: number): void {
    this.free -= blocks;
    if (this.free < 0) throw new Error(`${-this.free} blocks more than the ${this.total} of the cache are taken`);
    if (this.total - this.free > this.peak) this.peak = this.total - this.free;
  }

  give(blocks: number): void {
    this.free += blocks;
    if (this.free > this.total) throw new Error(`${this.free - this.total} blocks are given back that nobody took`);
  }
}
