import { KeptBlocks } from "./kept-blocks.ts";

/** What a data group's GPUs may put into the memory of their host. */
export interface HostRoom {
  readonly blocks: number;
  /** Nanoseconds that `blocks` blocks take on the link to each GPU, without its latency. */
  transferNs(blocks: number): number;
  readonly latencyNs: number;
}

/** Blocks of a data group that were evicted from its GPUs, in the host's memory: the least recently used one leaves first. */
export class HostTier {
  evictions = 0;
  loads = 0;
  /** Sum of the durations of loads. */
  loadNs = 0;
  readonly #room: HostRoom;
  readonly #kept = new KeptBlocks();
  #linkFreeNs = 0;

  constructor(room: HostRoom) {
    this.#room = room;
  }

  /** Number of blocks that fit. */
  get room(): number {
    return this.#room.blocks;
  }

  /** Blocks that are here. */
  get kept(): number {
    return this.#kept.size;
  }

  has(high: number, low: number): boolean {
    return this.#kept.find(high, low) >= 0;
  }

  /** Adds an entry with the room of `weight` blocks, or marks it as just used if it is here. Writing takes no time of others. */
  keep(high: number, low: number, weight = 1): void {
    if (this.#room.blocks < weight) return;
    const entry = this.#kept.find(high, low);
    if (entry >= 0) this.#kept.hold(entry);
    else this.#add(high, low, weight);
    this.#kept.release(this.#kept.find(high, low));
  }

  /** Loads `blocks` blocks to the GPUs, one load after another on the link; returns when they have arrived. */
  load(blocks: number, nowNs: number): number {
    this.#linkFreeNs = Math.max(nowNs, this.#linkFreeNs) + this.#room.transferNs(blocks);
    const readyNs = this.#linkFreeNs + this.#room.latencyNs;
    this.loads++;
    this.loadNs += readyNs - nowNs;
    return readyNs;
  }

  /** Discards the contents. */
  forget(): void {
    while (this.#kept.size > 0) this.#kept.evict();
  }

  #add(high: number, low: number, weight: number): void {
    while (this.#kept.size + weight > this.#room.blocks) this.evictions += this.#kept.weights[this.#kept.evict()]!;
    this.#kept.add(high, low, weight);
  }
}
