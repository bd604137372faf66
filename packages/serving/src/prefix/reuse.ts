import type { Sequences } from "../continuous/sequences.ts";
import type { RequestSlots } from "../requests/request-slots.ts";
import type { KeptRule } from "../states-rule.ts";
import type { Found, PrefixCache } from "./prefix-cache.ts";

const STARTED = -1; // in the column readyNs: it waits for no blocks from the host

/** Use of a data group's prefix cache by its sequences: they begin with kept blocks, share what they compute and leave it behind. */
export class Reuse {
  readonly cache: PrefixCache;
  /** Requests that found anything. */
  hits = 0;
  /** Prompt tokens of admitted requests, and those that were cached on the GPUs or loaded from the host. */
  soughtTokens = 0;
  hitTokens = 0;
  loadedTokens = 0;
  /** Tokens that sequences had, lost in preemptions and found again. */
  regainedTokens = 0;
  readonly #sequences: Sequences;
  readonly #requests: RequestSlots;
  readonly #blockTokens: number;
  /** Places where states are kept, in models whose prefixes resume from them. */
  readonly #states: KeptRule["states"];

  constructor(cache: PrefixCache, sequences: Sequences, requests: RequestSlots, blockTokens: number, states?: KeptRule["states"]) {
    this.#states = states;
    this.cache = cache;
    this.#sequences = sequences;
    this.#requests = requests;
    this.#blockTokens = blockTokens;
  }

  /** Kept blocks of `slot`, which waits to be admitted. */
  find(slot: number): Found {
    return this.cache.find(slot, this.#sequences.target[slot]!);
  }

  /**
   * Starts `slot` with the blocks just found. Returns the time when all of them are on the GPUs: now, or after the host's part is loaded;
   * until then it holds the room for it.
   */
  begin(slot: number, { blocks, onHost, pointsOnHost }: Found, nowNs: number): number {
    const sequences = this.#sequences;
    this.cache.hold(slot, blocks);
    sequences.shared[slot] = blocks;
    sequences.blocks[slot] = blocks + onHost;
    sequences.cached[slot] = blocks * this.#blockTokens;
    if (sequences.reached[slot]! < 0) {
      sequences.reached[slot] = 0;
      this.soughtTokens += this.#requests.promptTokens[slot]!;
      if (blocks + onHost > 0) this.hits++;
    }
    this.#spare(slot, 0, blocks);
    if (blocks + onHost > 0) this.cache.resume(slot, blocks + onHost);
    if (onHost + pointsOnHost === 0) return nowNs;
    this.cache.take(onHost);
    const readyNs = this.cache.load(slot, blocks, onHost, nowNs, pointsOnHost);
    sequences.readyNs[slot] = readyNs;
    return readyNs;
  }

  /** Starts `slot` with a cache from elsewhere, without a search; blocks found after a preemption were its own. */
  receive(slot: number): void {
    this.#sequences.reached[slot] = 0;
  }

  /** Whether `slot` has been admitted and not computed yet, because it waited for blocks from the host. */
  waits(slot: number): boolean {
    return this.#sequences.readyNs[slot]! !== STARTED;
  }

  /** Whether what `slot` waited for has come; from then on others share it. */
  hasCome(slot: number, nowNs: number): boolean {
    const { readyNs, shared, blocks, cached } = this.#sequences;
    if (readyNs[slot]! > nowNs) return false;
    const isOfHost = cached[slot] === shared[slot]! * this.#blockTokens; // else it waited for a copy of its own
    if (isOfHost && blocks[slot]! > shared[slot]!) {
      cached[slot] = blocks[slot]! * this.#blockTokens;
      this.loadedTokens += this.#spare(slot, shared[slot]!, blocks[slot]!);
      this.#share(slot);
    }
    return true;
  }

  /** `slot` is computed from now on. */
  start(slot: number): void {
    this.#sequences.readyNs[slot] = STARTED;
  }

  /** Shares the whole blocks of `slot`, including those of the current pass; none while the request waits for blocks. */
  share(slot: number): void {
    if (!this.waits(slot)) this.#share(slot);
  }

  #share(slot: number): void {
    const { shared, cached, chunk } = this.#sequences;
    const full = Math.floor((cached[slot]! + chunk[slot]!) / this.#blockTokens);
    if (full <= shared[slot]!) return; // fewer: of a pass that was broken off
    this.cache.share(slot, shared[slot]!, full);
    shared[slot] = full;
  }

  /** A pass has computed a chunk of `slot`: it leaves a state at the last place for one, if that was not there `past` tokens ago. */
  leaveState(slot: number, past: number): void {
    if (this.#states === undefined) return;
    const { promptTokens } = this.#states;
    const place = Math.floor(this.#sequences.cached[slot]! / promptTokens) * promptTokens;
    if (place > past) this.cache.keepState(slot, place / this.#blockTokens);
  }

  /** `slot`, of which `tokens` are computed, gives back its `blocks`; those that are full are kept. */
  leave(slot: number, blocks: number, tokens: number): void {
    const shared = this.#sequences.shared[slot]!;
    this.cache.leave(slot, blocks, shared, Math.max(shared, Math.floor(tokens / this.#blockTokens)));
    if (this.#states === undefined) return;
    const { outputTokens } = this.#states;
    const place = Math.floor(tokens / outputTokens) * outputTokens;
    if (place > this.#sequences.target[slot]!) this.cache.keepState(slot, place / this.#blockTokens); // passed while it decoded
  }

  /** `slot`, which was preempted with `tokens` cached tokens and has just left, waits again. */
  lose(slot: number, tokens: number): void {
    this.cache.keepFor(slot);
    const { reached, shared, readyNs } = this.#sequences;
    reached[slot] = Math.max(reached[slot]!, tokens);
    shared[slot] = 0;
    readyNs[slot] = STARTED;
  }

  /** Counts blocks `from` … `to` − 1 of `slot` as found. Returns their tokens; tokens that it had once before are found again. */
  #spare(slot: number, from: number, to: number): number {
    const tokens = (to - from) * this.#blockTokens;
    const again = Math.min(tokens, Math.max(0, this.#sequences.reached[slot]! - from * this.#blockTokens));
    this.regainedTokens += again;
    this.hitTokens += tokens - again;
    return tokens - again;
  }
}
