import type { Stream } from "@tokenyard/random";
import type { Crowd } from "../capacity/overflow.ts";
import { RerouteOverflow } from "./reroute.ts";

/** Sends copies to the choices of their tokens after experts that have no slot. Source: docs/faults.md#routing-around-a-loss. */
export interface NextChoices {
  /**
   * Copies of all sources of `crowd` to its `closed` experts, of which there are some, go to others, none to one that has all tokens of its source. Returns how
   * many; the others stay where they are, as there are fewer experts left than a token has.
   */
  leave(crowd: Crowd, stream: Stream): number;
}

/** By the chances of experts: as copies over the capacity look for room, where all others have any. */
export class DrawnChoices implements NextChoices {
  readonly #reroute = new RerouteOverflow("any");

  leave(crowd: Crowd, stream: Stream): number {
    const { copies, experts, closed, tokens } = crowd;
    const before = Float64Array.from(tokens, (own, s) => (own > 0 ? sumOf(copies, s, experts) : 0));
    const fates = { rerouted: 0, dropped: 0, masked: 0 };
    crowd.from = 0;
    crowd.end = tokens.length;
    this.#reroute.cut(crowd, Number.POSITIVE_INFINITY, stream, fates);
    if (fates.dropped > 0)
      for (let s = 0; s < before.length; s++) copies[s * experts + closed![0]!]! += before[s]! - sumOf(copies, s, experts);
    return fates.rerouted;
  }
}

/** Next choices of a router that deals: drawn for all sources together and dealt out in proportion to their tokens. */
export class DealtChoices implements NextChoices {
  readonly #drawn = new DrawnChoices();

  leave({ copies, experts, closed, tokens: given, chances, regions }: Crowd, stream: Stream): number {
    const tokens = Array.from(given);
    const all = new Float64Array(experts);
    for (let at = 0; at < copies.length; at++) all[at % experts]! += tokens[Math.floor(at / experts)]! > 0 ? copies[at]! : 0;
    for (let x = 0; x < experts; x++) all[x] = Math.round(all[x]!); // parts of whole copies
    const sum = tokens.reduce((before, own) => before + own, 0);
    const moved = this.#drawn.leave({ copies: all, experts, from: 0, end: 1, tokens: [sum], chances, regions, closed }, stream);
    const left = all.slice();
    const last = tokens.findLastIndex((own) => own > 0);
    for (let s = 0; s <= last; s++) {
      for (let x = 0; x < experts && tokens[s]! > 0; x++) {
        const own = s === last ? left[x]! : all[x]! * (tokens[s]! / sum);
        copies[s * experts + x] = own;
        left[x]! -= own;
      }
    }
    return moved;
  }
}

/** Next choices of a gate that draws nothing: it deals round the remaining experts, each source starting where the one before stopped. */
export class EvenChoices implements NextChoices {
  /** [experts] in which copies go round them */
  readonly #order: ArrayLike<number>;
  /** [experts of the crowd] those that the current source may go to, in order */
  #open: Int32Array;

  constructor(order: ArrayLike<number>) {
    this.#order = order;
    this.#open = new Int32Array(order.length);
  }

  leave({ copies, experts, closed, tokens }: Crowd): number {
    let next = 0;
    let gone = 0;
    for (let s = 0; s < tokens.length; s++) {
      if (tokens[s] === 0) continue;
      const row = copies.subarray(s * experts, (s + 1) * experts);
      let left = 0;
      for (const x of closed!) {
        left += row[x]!;
        row[x] = 0;
      }
      gone += left;
      for (let ways = this.#look(row, tokens[s]!, closed!); left > 0 && ways > 0; ways = this.#look(row, tokens[s]!, closed!)) {
        const each = Math.floor(left / ways);
        for (let i = 0; i < ways && left > 0; i++) {
          const x = this.#open[each > 0 ? i : next++ % ways]!;
          const come = Math.min(each || 1, tokens[s]! - row[x]!);
          row[x]! += come;
          left -= come;
        }
      }
      row[closed![0]!] = left;
      gone -= left;
    }
    return gone;
  }

  /** Number of experts that have not received all of their `tokens` tokens. */
  #look(row: Float64Array, tokens: number, closed: Int32Array): number {
    let ways = 0;
    for (let i = 0; i < this.#order.length; i++) {
      const x = this.#order[i]!;
      if (row[x]! < tokens && !closed.includes(x)) this.#open[ways++] = x;
    }
    return ways;
  }
}

function sumOf(copies: Float64Array, source: number, experts: number): number {
  let sum = 0;
  for (let at = source * experts; at < (source + 1) * experts; at++) sum += copies[at]!;
  return sum;
}
