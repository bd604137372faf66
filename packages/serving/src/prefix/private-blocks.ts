import type { KeptBlocks } from "./kept-blocks.ts";

/** Blocks of a request that no sequence holds, from `start` on; those of `next` follow them in its text, and were released before. */
interface Segment {
  readonly entry: number;
  start: number;
  next: Segment | undefined;
}

/**
 * Kept blocks of requests of which no other has any: counted as long as they are held, and runs of the list of those that give way after that. Only a request that was
 * preempted finds them again. The same as with a key for each, in fewer steps.
 */
export class PrivateBlocks {
  readonly #kept: KeptBlocks;
  /** First segment of each preempted request, by its number. */
  readonly #segments = new Map<number, Segment>();
  /** [entries] the request that finds a run again; −1: none. */
  readonly #requests: number[] = [];
  /** Blocks of the request that left last; −1: it kept none. */
  #latest = -1;

  constructor(kept: KeptBlocks) {
    this.#kept = kept;
  }

  /** The leading blocks of `request` that are kept, at most `most`. */
  find(request: number, most: number): number {
    if (this.#segments.size === 0) return 0;
    let blocks = 0;
    for (let at = this.#segments.get(request); at !== undefined && blocks < most; at = at.next) blocks += this.#kept.runs[at.entry]!;
    return Math.min(blocks, most);
  }

  /** Gives `request` its first `blocks` blocks, which are cached and held by no sequence. */
  hold(request: number, blocks: number): void {
    this.#take(request, 0, blocks);
  }

  /** Blocks `from` … `to` − 1 of `request` are kept from now on, and held; those that are kept already are held again. */
  share(request: number, from: number, to: number): void {
    this.#kept.size += to - from - this.#take(request, from, to);
  }

  /** A request holds its first `full` blocks no longer. */
  leave(full: number): void {
    this.#latest = full === 0 ? -1 : this.#kept.addRun(full);
    if (full > 0) this.#requests[this.#latest] = -1;
  }

  /** Keeps the blocks of `request`, which has just left, so that it finds them again. */
  keepFor(request: number): void {
    const entry = this.#latest;
    if (entry < 0) return;
    this.#requests[entry] = request;
    this.#segments.set(request, { entry, start: 0, next: this.#segments.get(request) });
  }

  /** The last block of the run at `entry` has given way. */
  evicted(entry: number): void {
    const request = this.#requests[entry]!;
    if (request < 0 || this.#kept.runs[entry]! > 0) return;
    const first = this.#segments.get(request)!;
    if (first.next === undefined) this.#segments.delete(request);
    else {
      let before = first;
      while (before.next!.next !== undefined) before = before.next!;
      before.next = undefined;
    }
  }

  /** Takes blocks `from` … `to` − 1 of `request` off its segments; returns how many of them were there. */
  #take(request: number, from: number, to: number): number {
    if (this.#segments.size === 0) return 0;
    let taken = 0;
    for (let at = this.#segments.get(request); at !== undefined && at.start < to; at = this.#segments.get(request)) {
      if (at.start < from + taken) throw new Error(`block ${at.start} of a request that holds it is kept for no request`);
      const there = Math.min(this.#kept.runs[at.entry]!, to - at.start);
      this.#kept.takeFrom(at.entry, there);
      at.start += there;
      taken += there;
      if (this.#kept.runs[at.entry] !== 0) break;
      if (at.next === undefined) this.#segments.delete(request);
      else this.#segments.set(request, at.next);
    }
    return taken;
  }
}
