import { BlockPool } from "../continuous/block-pool.ts";
import type { KeptRule } from "../states-rule.ts";
import type { Chains } from "./chains.ts";
import type { HostTier } from "./host-tier.ts";
import { KeptBlocks } from "./kept-blocks.ts";
import type { KeptListener } from "./kept-listener.ts";
import { PrivateBlocks } from "./private-blocks.ts";
import { ResumePoints } from "./resume-points.ts";
import type { StateSlots } from "./state-slots.ts";

/** Leading blocks of a request that are kept: the same object for each search. */
export interface Found {
  /** Blocks on the GPUs. */
  blocks: number;
  /** Found blocks that no sequence holds now: holding them takes room. */
  unheld: number;
  /** Blocks after them that are on the host. */
  onHost: number;
  /** Blocks to load for the place at which it resumes, where the host alone has that. */
  pointsOnHost: number;
}

/** Places where a request may resume, and the slots in which states are kept; without states, the blocks of the cache. */
export interface Points {
  readonly rule: KeptRule;
  readonly slots: StateSlots | undefined;
}

/**
 * A pool in which full blocks are identified by their tokens and all before them. A sequence shares blocks that exist already; a block
 * without a holder stays until its room is needed, and the one that was released longest ago is evicted first. Of blocks released together
 * the last one of the text is evicted first, so that no block is kept without those before it. `free` counts those without a holder.
 * Source: docs/models/caches.md#prefix-cache.
 */
export class PrefixCache extends BlockPool {
  evictions = 0;
  readonly host: HostTier | undefined;
  readonly #blockTokens: number;
  readonly #chains: Chains;
  readonly #kept = new KeptBlocks();
  readonly #listener: KeptListener | undefined;
  /** Blocks of requests that share nothing; undefined where a host or balancers need the key of each block. */
  readonly #private: PrivateBlocks | undefined;
  readonly #found: Found = { blocks: 0, unheld: 0, onHost: 0, pointsOnHost: 0 };
  /** Places to resume at; undefined: after each block. */
  readonly #points: ResumePoints | undefined;
  readonly #slots: StateSlots | undefined;

  constructor(total: number, blockTokens: number, chains: Chains, host?: HostTier, listener?: KeptListener, points?: Points) {
    super(total);
    this.#blockTokens = blockTokens;
    this.#chains = chains;
    this.host = host;
    this.#listener = listener;
    this.#private = host === undefined && listener === undefined && points === undefined ? new PrivateBlocks(this.#kept) : undefined;
    this.#slots = points?.slots;
    this.#points = points && this.#pointsOf(points);
  }

  #pointsOf({ rule, slots }: Points): ResumePoints {
    const cache = this;
    const own = {
      kept: this.#kept,
      get free() {
        return cache.free;
      },
      makeRoom: () => this.#makeRoom(),
    };
    return new ResumePoints(rule, slots ?? own, this.host, this.#listener);
  }

  /** The blocks of `slot` where no other request can have any of them. */
  #privateOf(slot: number): PrivateBlocks | undefined {
    return this.#private !== undefined && this.#chains.isPrivate(slot) ? this.#private : undefined;
  }

  /** Blocks that are kept, held or not. */
  get kept(): number {
    return this.#kept.size;
  }

  /** Kept blocks that no sequence holds. */
  get unheld(): number {
    return this.#kept.unheld;
  }

  /** Balancers hear of a block that gives way, so that it must do so at its time. */
  override get unnoticed(): number {
    return this.#listener === undefined ? this.free : this.free - this.#kept.unheld;
  }

  override take(blocks: number): void {
    super.take(blocks);
    this.#makeRoom();
  }

  #makeRoom(): void {
    const kept = this.#kept;
    for (let over = kept.unheld - this.free; over > 0; over = kept.unheld - this.free) this.evictions += this.#giveWay(over);
  }

  /** The leading blocks of `slot` that are kept, for at most all but the last of its first `tokens`: that one must be computed. */
  find(slot: number, tokens: number): Found {
    const found = this.#found;
    const kept = this.#kept;
    const most = Math.floor((tokens - 1) / this.#blockTokens);
    const own = this.#privateOf(slot);
    if (own !== undefined) {
      found.blocks = own.find(this.#chains.numberOf(slot), most);
      found.unheld = found.blocks;
      found.onHost = 0;
      found.pointsOnHost = 0;
      return found;
    }
    const keys = this.#chains.of(slot);
    let block = 0;
    found.unheld = 0;
    for (; block < most; block++) {
      const entry = kept.find(keys[2 * block]!, keys[2 * block + 1]!);
      if (entry < 0) break;
      if (kept.holders[entry] === 0) found.unheld++;
    }
    found.blocks = block;
    if (this.host !== undefined) while (block < most && this.host.has(keys[2 * block]!, keys[2 * block + 1]!)) block++;
    found.onHost = block - found.blocks;
    found.pointsOnHost = 0;
    if (this.#points !== undefined && block > 0) this.#resume(this.#points, keys, block);
    return found;
  }

  /** Reduces the first `blocks` found blocks to the last place at which a request may resume. */
  #resume(points: ResumePoints, keys: Int32Array, blocks: number): void {
    const found = this.#found;
    const resumed = points.resumable(keys, blocks);
    found.pointsOnHost = this.host === undefined || resumed === 0 ? 0 : points.toLoad(keys, resumed);
    if (resumed >= found.blocks) {
      found.onHost = resumed - found.blocks;
      return;
    }
    for (let block = resumed; block < found.blocks; block++) if (this.#kept.holders[this.#entry(keys, block)] === 0) found.unheld--;
    found.blocks = resumed;
    found.onHost = 0;
  }

  /** A state of `slot` is kept after its first `blocks` blocks. */
  keepState(slot: number, blocks: number): void {
    this.#points!.put(this.#chains.of(slot), blocks);
  }

  /** `slot` resumes after its first `blocks` blocks. */
  resume(slot: number, blocks: number): void {
    this.#points?.use(this.#chains.of(slot), blocks);
  }

  /** `slot` holds the first `blocks` of its blocks, which are kept. */
  hold(slot: number, blocks: number): void {
    if (blocks === 0) return;
    const own = this.#privateOf(slot);
    if (own !== undefined) {
      own.hold(this.#chains.numberOf(slot), blocks);
      this.take(blocks);
      return;
    }
    const keys = this.#chains.of(slot);
    let taken = 0;
    for (let block = 0; block < blocks; block++) if (this.#kept.hold(this.#entry(keys, block))) taken++;
    this.take(taken);
  }

  /** Keeps blocks `from` … `to` − 1 of `slot`, which no other sequence knows, for others; one that is kept already replaces its own. */
  share(slot: number, from: number, to: number): void {
    const own = this.#privateOf(slot);
    if (own !== undefined) {
      own.share(this.#chains.numberOf(slot), from, to);
      return;
    }
    const keys = this.#chains.of(slot);
    for (let block = from; block < to; block++) {
      const high = keys[2 * block]!;
      const low = keys[2 * block + 1]!;
      const entry = this.#kept.find(high, low);
      if (entry < 0) {
        this.#kept.add(high, low);
        if (this.#points === undefined) this.#listener?.gained(high, low, block + 1, slot, keys);
      } else if (!this.#kept.hold(entry)) this.give(1);
    }
    if (this.#points !== undefined && this.#points.rule.states === undefined)
      for (let block = from + 1; block <= to; block++) this.#points.put(keys, block);
  }

  /** Returns the `blocks` blocks of `slot`. The first `shared` are shared, and those up to `full` are kept, too; the last block is not whole. */
  leave(slot: number, blocks: number, shared: number, full: number): void {
    this.share(slot, shared, full);
    const own = this.#privateOf(slot);
    if (own !== undefined) {
      own.leave(full);
      this.give(blocks);
      return;
    }
    const keys = this.#chains.of(slot);
    let given = blocks - full;
    for (let block = full - 1; block >= 0; block--) if (this.#kept.release(this.#entry(keys, block))) given++;
    this.give(given);
  }

  /** Keeps the blocks of `slot`, which has just left, for its return. */
  keepFor(slot: number): void {
    this.#privateOf(slot)?.keepFor(this.#chains.numberOf(slot));
  }

  /** Discards the contents, and the host's copies; no sequence holds any of them. */
  forget(): void {
    if (this.#kept.unheld < this.#kept.size) throw new Error("blocks are to be lost that sequences hold");
    while (this.#kept.size > 0) this.#giveWay(this.#kept.size, false);
    this.host?.forget();
    this.#slots?.forget();
  }

  /** Loads the next `blocks` of `slot` after the first `from` from the host, and `points` of the state where it resumes; returns when they have arrived. */
  load(slot: number, from: number, blocks: number, nowNs: number, points = 0): number {
    const keys = this.#chains.of(slot);
    for (let block = from + blocks - 1; block >= from; block--) this.host!.keep(keys[2 * block]!, keys[2 * block + 1]!);
    return this.host!.load(blocks + points, nowNs);
  }

  #entry(keys: Int32Array, block: number): number {
    const entry = this.#kept.find(keys[2 * block]!, keys[2 * block + 1]!);
    if (entry < 0) throw new Error(`block ${block} of a sequence that holds it is not kept`);
    return entry;
  }

  /** Evicts at most `most` of the blocks that were released longest ago, or a part of a run; a host keeps them. Returns the number. */
  #giveWay(most: number, toHost = true): number {
    const kept = this.#kept;
    const { unkeyed } = kept;
    if (unkeyed > 0) {
      const blocks = Math.min(most, unkeyed);
      this.#private!.evicted(kept.evictOfRun(blocks));
      return blocks;
    }
    const entry = kept.evict();
    const high = kept.highs[entry]!;
    const low = kept.lows[entry]!;
    const weight = kept.weights[entry]!;
    if (toHost) this.host?.keep(high, low, weight);
    this.#listener?.lost(high, low);
    return weight;
  }
}
