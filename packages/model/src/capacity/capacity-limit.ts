import type { Stream } from "@tokenyard/random";
import type { ModelSpec, RoutingSpec } from "@tokenyard/scenario";
import { expertCapacity } from "./capacity.ts";
import type { Crowd, Fates, Overflow } from "./overflow.ts";

/** Holds the copies of a micro-batch to the experts' capacity: that of all sources together, or of each for itself. Source: docs/models/capacity.md#capacity. */
export class CapacityLimit {
  readonly #model: ModelSpec;
  readonly #routing: RoutingSpec;
  readonly #overflow: Overflow;
  readonly #each: boolean;
  /** Capacity of all sources together; Infinity where each has its own. */
  #capacity = Number.POSITIVE_INFINITY;
  /** [sources], where each has its own */
  readonly #ofSource: Float64Array;

  constructor(model: ModelSpec, routing: RoutingSpec, overflow: Overflow, sources: number) {
    this.#model = model;
    this.#routing = routing;
    this.#overflow = overflow;
    this.#each = routing.capacityPer === "source-rank";
    this.#ofSource = new Float64Array(this.#each ? sources : 0);
  }

  /**
   * Starts a micro-batch with `tokens` [sources]; `factor`: the scenario's if undefined. Returns the copies that an expert accepts from all
   * sources together.
   */
  enter(tokens: ArrayLike<number>, factor?: number): number {
    let sum = 0;
    if (!this.#each) {
      for (let s = 0; s < tokens.length; s++) sum += tokens[s]!;
      this.#capacity = expertCapacity(sum, this.#model, this.#routing, factor);
      return this.#capacity;
    }
    for (let s = 0; s < tokens.length; s++) {
      this.#ofSource[s] = tokens[s] === 0 ? 0 : expertCapacity(tokens[s]!, this.#model, this.#routing, factor);
      sum += this.#ofSource[s]!;
    }
    return sum;
  }

  /** Whether any expert gets more of `copies` [sources × experts], `routed` [experts] in all, than it accepts. */
  isExceeded(copies: Float64Array, routed: Float64Array): boolean {
    if (!this.#overflow.limits) return false;
    if (!this.#each) {
      if (this.#capacity === Number.POSITIVE_INFINITY) return false;
      for (let e = 0; e < routed.length; e++) if (routed[e]! > this.#capacity) return true;
      return false;
    }
    for (let s = 0, at = 0; s < this.#ofSource.length; s++) {
      const most = this.#ofSource[s]!;
      for (let e = 0; e < routed.length; e++) if (copies[at++]! > most) return true;
    }
    return false;
  }

  /**
   * Changes the copies of sources `from` … `end` − 1 of `crowd`, whose `totals` are of all of them, until none is; adds to `fates`. Those of
   * other sources do not count.
   */
  cut(crowd: Crowd, stream: Stream, fates: Fates, from = 0, end = crowd.tokens.length): void {
    crowd.from = from;
    crowd.end = end;
    if (!this.#each) {
      this.#overflow.cut(crowd, this.#capacity, stream, fates);
      return;
    }
    crowd.totals = undefined;
    for (let s = from; s < end; s++) {
      crowd.from = s;
      crowd.end = s + 1;
      if (crowd.tokens[s]! > 0) this.#overflow.cut(crowd, this.#ofSource[s]!, stream, fates);
    }
  }
}
