import type { KeptRule } from "../states-rule.ts";
import type { HostTier } from "./host-tier.ts";
import type { KeptBlocks } from "./kept-blocks.ts";
import type { KeptListener } from "./kept-listener.ts";

/** Room that resume points use. */
interface Room {
  readonly kept: KeptBlocks;
  readonly free: number;
  /** Evicts places without a holder until it fits into the free room. */
  makeRoom(): void;
}

/**
 * Places at which a prefix may resume, where blocks alone do not say so: a state is kept at the end of some blocks, the tokens of a window at the end of each. A point
 * has the key of its block, changed, and the room that the rule says. Source: docs/models/mixers.md#states.
 */
export class ResumePoints {
  readonly rule: KeptRule;
  readonly #room: Room;
  readonly #host: HostTier | undefined;
  /** Hears of points, not of blocks: those alone say how much of a request is of use. */
  readonly #listener: KeptListener | undefined;

  constructor(rule: KeptRule, room: Room, host: HostTier | undefined, listener: KeptListener | undefined) {
    this.rule = rule;
    this.#room = room;
    this.#host = host;
    this.#listener = listener;
  }

  /** The most of the first `blocks` blocks after which the request with those keys may resume. */
  resumable(keys: Int32Array, blocks: number): number {
    const { pointsInRow } = this.rule;
    let inRow = 0;
    for (let block = blocks; block > 0; block--) {
      inRow = this.#find(keys, block) >= 0 || this.#isOnHost(keys, block) ? inRow + 1 : 0;
      if (inRow === pointsInRow) return block + pointsInRow - 1;
    }
    return inRow;
  }

  /** Blocks to load for the points from which one resumes after `blocks` blocks: those that the host alone has. */
  toLoad(keys: Int32Array, blocks: number): number {
    let points = 0;
    for (let block = this.#firstOf(blocks); block <= blocks; block++) if (this.#find(keys, block) < 0) points++;
    return points * this.rule.hostBlocks;
  }

  /** A request resumes after `blocks` blocks: its points are the last to give way, and those that the host had are here too. */
  use(keys: Int32Array, blocks: number): void {
    for (let block = this.#firstOf(blocks); block <= blocks; block++) this.put(keys, block);
  }

  /** There is a point after the first `block` blocks, unless it finds no room. */
  put(keys: Int32Array, block: number): void {
    const { kept, free } = this.#room;
    const entry = this.#find(keys, block);
    if (entry >= 0) {
      kept.hold(entry);
      kept.release(entry);
      return;
    }
    const { weight } = this.rule;
    if (weight > free) return;
    const [high, low] = pointKey(keys, block);
    kept.add(high, low, weight);
    kept.release(kept.find(high, low));
    this.#listener?.gained(high, low, block);
    this.#room.makeRoom();
  }

  #firstOf(blocks: number): number {
    return Math.max(1, blocks - this.rule.pointsInRow + 1);
  }

  #find(keys: Int32Array, block: number): number {
    const [high, low] = pointKey(keys, block);
    return this.#room.kept.find(high, low);
  }

  #isOnHost(keys: Int32Array, block: number): boolean {
    if (this.#host === undefined) return false;
    const [high, low] = pointKey(keys, block);
    return this.#host.has(high, low);
  }
}

/** The key of the point after the first `block` blocks of a text. */
export function pointKey(keys: Int32Array, block: number): readonly [high: number, low: number] {
  return [keys[2 * block - 2]! ^ 0x5bd1e995, keys[2 * block - 1]! ^ 0x27d4eb2f];
}
