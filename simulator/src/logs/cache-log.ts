import type { CacheSteps } from "@tokenyard/report";
import type { SpanWindow } from "./span-log.ts";

/** Tokens of cache that all replicas hold, whenever that changes in a window, and once before it. */
export class CacheLog {
  readonly #blockTokens: number;
  readonly #window: SpanWindow;
  readonly #blocks: Float64Array;
  readonly #atNs: number[] = [];
  readonly #tokens: number[] = [];
  #held = 0;

  /** `pools`: the number of replicas in each pool. */
  constructor(pools: readonly number[], blockTokens: number, window: SpanWindow) {
    this.#blockTokens = blockTokens;
    this.#window = window;
    this.#blocks = new Float64Array(pools.reduce((replicas, own) => replicas + own));
  }

  /** From `nowNs` on, `replica` holds `heldBlocks` blocks of `blockTokens`; of several changes at one instant the last counts. */
  change(replica: number, nowNs: number, heldBlocks: number): void {
    const change = heldBlocks - this.#blocks[replica]!;
    if (change === 0) return;
    this.#blocks[replica] = heldBlocks;
    this.#held += change * this.#blockTokens;
    if (nowNs >= this.#window.toNs) return;
    const last = this.#atNs.length - 1;
    const isReplaced = last >= 0 && (this.#atNs[last] === nowNs || nowNs <= this.#window.fromNs);
    const row = isReplaced ? last : last + 1;
    this.#atNs[row] = nowNs;
    this.#tokens[row] = this.#held;
  }

  columns(): CacheSteps {
    return { atNs: Float64Array.from(this.#atNs), tokens: Float64Array.from(this.#tokens) };
  }
}
