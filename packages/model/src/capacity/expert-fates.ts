import { multivariateHypergeometric, type Stream } from "@tokenyard/random";
import type { Crowd } from "./overflow.ts";

/** Fates of the copies of a layer by expert [experts]; all others are kept. */
export interface FatesByExpert {
  /** Copies by the expert that they went to instead. */
  readonly reroutedIn: Float64Array;
  /** By the expert that they were routed to first. */
  readonly reroutedOut: Float64Array;
  readonly dropped: Float64Array;
  readonly masked: Float64Array;
}

/**
 * Derives fates from the copies of sources before and after, as an expert that sends copies of a source elsewhere accepts none of it.
 * Source: docs/models/capacity.md#overflow.
 */
export class ExpertFates implements FatesByExpert {
  readonly reroutedIn: Float64Array;
  readonly reroutedOut: Float64Array;
  readonly dropped: Float64Array;
  readonly masked: Float64Array;
  /** Copies that the overflow policy masks at random; it fills this in itself. */
  readonly byLot: Float64Array;
  /** [data groups × experts] */
  readonly #before: Float64Array;
  /** [experts] copies of a source and region that do not stay, and those of them that are dropped */
  readonly #gone: Float64Array;
  readonly #lost: Float64Array;

  constructor(dataGroups: number, experts: number) {
    const column = () => new Float64Array(experts);
    this.reroutedIn = column();
    this.reroutedOut = column();
    this.dropped = column();
    this.masked = column();
    this.byLot = column();
    this.#before = new Float64Array(dataGroups * experts);
    this.#gone = column();
    this.#lost = column();
  }

  /** Begins with all of `copies` [data groups × experts] kept. */
  begin(copies: Float64Array): void {
    this.reroutedIn.fill(0);
    this.reroutedOut.fill(0);
    this.dropped.fill(0);
    this.masked.fill(0);
    this.byLot.fill(0);
    this.#before.set(copies);
  }

  /** Counts the missing ones of `copies` as masked; `tokens` [sources]. */
  mask(copies: Float64Array, tokens: ArrayLike<number>): void {
    const experts = this.masked.length;
    for (let at = 0; at < copies.length; at++)
      if (tokens[Math.floor(at / experts)]! > 0) this.masked[at % experts]! += this.#before[at]! - copies[at]!;
    this.#before.set(copies);
  }

  /**
   * Counts the ones of `copies` over the capacity as dropped, or, if it `reroutes`, as moved to other experts of the region; `stream`
   * decides which of the missing ones were dropped.
   */
  cut(copies: Float64Array, tokens: ArrayLike<number>, reroutes: boolean, regions: Int32Array | undefined, stream: Stream): void {
    if (!reroutes) this.#drop(copies, tokens);
    else this.reroute({ copies, tokens, regions, from: 0, end: tokens.length }, stream);
  }

  /** The same for copies of sources `from` … `end` − 1 alone, which were rerouted. */
  reroute({ copies, tokens, regions, from, end }: Pick<Crowd, "copies" | "tokens" | "regions" | "from" | "end">, stream: Stream): void {
    for (let source = from; source < end; source++) if (tokens[source]! > 0) this.#reroute(copies, source, regions, stream);
  }

  #drop(copies: Float64Array, tokens: ArrayLike<number>): void {
    const experts = this.dropped.length;
    for (let x = 0; x < experts; x++) {
      this.masked[x]! += this.byLot[x]!;
      this.dropped[x]! -= this.byLot[x]!;
    }
    for (let at = 0; at < copies.length; at++)
      if (tokens[Math.floor(at / experts)]! > 0) this.dropped[at % experts]! += this.#before[at]! - copies[at]!;
  }

  /**
   * Reroutes copies of one source: what leaves a region goes to another place in it or is dropped. Each copy is equally likely, as its
   * origin is not known when it asks.
   */
  #reroute(copies: Float64Array, source: number, regions: Int32Array | undefined, stream: Stream): void {
    const experts = this.dropped.length;
    const first = source * experts;
    let last = 0;
    for (let region = 0; region <= last; region++) {
      let come = 0;
      let gone = 0;
      for (let x = 0; x < experts; x++) {
        const of = regions?.[x] ?? 0;
        if (of > last) last = of;
        const change = of === region ? copies[first + x]! - this.#before[first + x]! : 0;
        this.#gone[x] = Math.max(0, -change);
        gone += this.#gone[x]!;
        if (change <= 0) continue;
        this.reroutedIn[x]! += change;
        come += change;
      }
      if (gone === 0) continue;
      if (gone > come) multivariateHypergeometric(stream, this.#gone, gone - come, this.#lost);
      else this.#lost.fill(0);
      for (let x = 0; x < experts; x++) {
        this.dropped[x]! += this.#lost[x]!;
        this.reroutedOut[x]! += this.#gone[x]! - this.#lost[x]!;
      }
    }
  }
}
