import { multinomial, multivariateHypergeometric, type Stream } from "@tokenyard/random";
import { type Crowd, copiesTo, type Fates, type Overflow } from "../capacity/overflow.ts";
import { LeavingCopies } from "./leaving-copies.ts";
import { type Regions, regionsOf } from "./regions.ts";

/**
 * Copies over the capacity go to their token's next choice with room, by the chances of the experts of their region that have some. Numbers
 * are drawn in rounds: all remaining copies ask, experts accept as many as they have room for, and the rest ask again; then the copies are
 * chosen. Copies of a source that would come to an expert which has all its tokens ask once more, source by source. Copies that no expert
 * of their region can accept are dropped. Source: docs/models/capacity.md#overflow.
 */
export class RerouteOverflow implements Overflow {
  readonly kind = "reroute";
  readonly limits = true;
  readonly reroutes: "rank" | "node" | "any";
  readonly masks = false;
  readonly #lots = new LeavingCopies();
  /** [sources × experts] requests of copies, in the rows of the crowd */
  #asking: Crowd & { copies: Float64Array } = noCrowd();
  #chances: Crowd["chances"];
  /** [sources of the crowd × regions] copies that have no place yet */
  #homeless = new Float64Array(0);
  #room = new Float64Array(0); // [experts]
  #most = new Float64Array(0); // [experts] copies that each accepts
  #open = new Int32Array(0); // [experts] those that the current source may ask
  #weights = new Float64Array(0);
  #counts = new Float64Array(0);
  #landed = new Float64Array(0); // [experts]
  #left = new Float64Array(0); // [sources of the crowd] copies of the current region without a place
  #drawn = new Float64Array(0);

  constructor(within: "rank" | "node" | "any") {
    this.reroutes = within;
  }

  cut(crowd: Crowd, capacity: number, stream: Stream, fates: Fates): void {
    const regions = regionsOf(crowd);
    this.#chances = crowd.chances;
    this.#fit(crowd, regions.count);
    if (!this.#turnAway(crowd, capacity, regions, stream)) return;
    for (let region = 0; region < regions.count; region++) {
      if (this.#land(regions, region, stream)) this.#settle(crowd, regions, region, stream, fates);
      while (this.#ask(crowd, regions, region, stream, fates)) this.#letIn(crowd, regions, region, stream, fates);
    }
  }

  /** Removes copies over the capacity from the crowd. Returns whether there were any. */
  #turnAway(crowd: Crowd, capacity: number, { ofExpert }: Regions, stream: Stream): boolean {
    const { experts, from, end, closed } = crowd;
    const sources = end - from;
    let any = false;
    this.#most.fill(capacity);
    if (closed !== undefined) for (let i = 0; i < closed.length; i++) this.#most[closed[i]!] = 0;
    for (let e = 0; e < experts; e++) {
      const total = copiesTo(e, crowd);
      const most = this.#most[e]!;
      this.#room[e] = Math.max(0, most - total);
      if (total <= most) continue;
      if (!any) this.#homeless.fill(0);
      any = true;
      this.#lots.take(crowd, e, total, total - most, stream);
      const before = ofExpert[e]! * sources;
      for (let s = 0; s < sources; s++) this.#homeless[before + s] = this.#homeless[before + s]! + this.#lots.leaving[s]!;
    }
    return any;
  }

  /** Draws how many homeless copies of the region each of its experts accepts. Returns whether any does. */
  #land({ offsets, members }: Regions, region: number, stream: Stream): boolean {
    const sources = this.#left.length;
    let all = 0;
    for (let s = 0; s < sources; s++) {
      this.#left[s] = this.#homeless[region * sources + s]!;
      all += this.#left[s]!;
    }
    for (let i = offsets[region]!; i < offsets[region + 1]!; i++) this.#landed[members[i]!] = 0;
    let left = all;
    while (left > 0) {
      let ways = 0;
      for (let i = offsets[region]!; i < offsets[region + 1]!; i++) {
        const e = members[i]!;
        if (this.#room[e] === this.#landed[e]) continue;
        this.#weights[ways] = this.#chance(e);
        this.#open[ways++] = e;
      }
      if (ways === 0) break;
      this.#weights.fill(0, ways);
      multinomial(stream, left, this.#weights, this.#counts);
      for (let way = 0; way < ways; way++) {
        const e = this.#open[way]!;
        const taken = Math.min(this.#counts[way]!, this.#room[e]! - this.#landed[e]!);
        this.#landed[e] = this.#landed[e]! + taken;
        left -= taken;
      }
    }
    return left < all;
  }

  /** Chooses the copies: of a source no more than it has tokens for an expert. */
  #settle(crowd: Crowd, { offsets, members }: Regions, region: number, stream: Stream, fates: Fates): void {
    const { experts, copies, tokens, from } = crowd;
    const sources = this.#left.length;
    const drawn = this.#drawn;
    for (let i = offsets[region]!; i < offsets[region + 1]!; i++) {
      const e = members[i]!;
      if (this.#landed[e] === 0) continue;
      multivariateHypergeometric(stream, this.#left, this.#landed[e]!, drawn);
      for (let s = 0; s < sources; s++) {
        if (drawn[s] === 0) continue;
        this.#left[s] = this.#left[s]! - drawn[s]!;
        const at = (from + s) * experts + e;
        const come = Math.min(drawn[s]!, tokens[from + s]! - copies[at]!);
        copies[at] = copies[at]! + come;
        this.#room[e] = this.#room[e]! - come;
        this.#homeless[region * sources + s] = this.#homeless[region * sources + s]! - come;
        fates.rerouted += come;
      }
    }
  }

  #chance(expert: number): number {
    return this.#chances === undefined ? 1 : Math.max(this.#chances[expert]!, LEAST_CHANCE);
  }

  /**
   * Every homeless copy of the region asks an expert; copies of a source that no expert can accept are dropped. Returns whether any asks.
   */
  #ask(crowd: Crowd, { offsets, members }: Regions, region: number, stream: Stream, fates: Fates): boolean {
    const { experts, copies, tokens, from, end } = crowd;
    const asking = this.#asking.copies;
    let any = false;
    for (let s = from; s < end; s++) {
      const at = region * (end - from) + s - from;
      const row = s * experts;
      for (let i = offsets[region]!; i < offsets[region + 1]!; i++) asking[row + members[i]!] = 0;
      if (this.#homeless[at] === 0) continue;
      let ways = 0;
      for (let i = offsets[region]!; i < offsets[region + 1]!; i++) {
        const e = members[i]!;
        if (this.#room[e] === 0 || copies[row + e]! >= tokens[s]!) continue;
        this.#weights[ways] = this.#chance(e);
        this.#open[ways++] = e;
      }
      if (ways === 0) {
        fates.dropped += this.#homeless[at]!;
        this.#homeless[at] = 0;
        continue;
      }
      any = true;
      this.#weights.fill(0, ways);
      multinomial(stream, this.#homeless[at]!, this.#weights, this.#counts);
      for (let way = 0; way < ways; way++) {
        const e = this.#open[way]!;
        asking[row + e] = Math.min(this.#counts[way]!, tokens[s]! - copies[row + e]!); // a token does not go twice to an expert
      }
    }
    return any;
  }

  /** Experts of the region let in those that ask, as far as they have room. */
  #letIn(crowd: Crowd, { offsets, members }: Regions, region: number, stream: Stream, fates: Fates): void {
    const { experts, copies, from, end } = crowd;
    const asking = this.#asking.copies;
    for (let i = offsets[region]!; i < offsets[region + 1]!; i++) {
      const e = members[i]!;
      if (this.#room[e] === 0) continue;
      const total = copiesTo(e, this.#asking);
      if (total === 0) continue;
      if (total > this.#room[e]!) this.#lots.take(this.#asking, e, total, total - this.#room[e]!, stream);
      const taken = Math.min(total, this.#room[e]!);
      this.#room[e] = this.#room[e]! - taken;
      fates.rerouted += taken;
      for (let s = from; s < end; s++) {
        const come = asking[s * experts + e]!;
        copies[s * experts + e] = copies[s * experts + e]! + come;
        const at = region * (end - from) + s - from;
        this.#homeless[at] = this.#homeless[at]! - come;
      }
    }
  }

  #fit({ copies, experts, from, end }: Crowd, regions: number): void {
    if (this.#asking.copies.length !== copies.length || this.#asking.experts !== experts) {
      this.#asking = { ...noCrowd(), copies: new Float64Array(copies.length), experts };
    }
    this.#asking.from = from;
    this.#asking.end = end;
    if (this.#homeless.length !== (end - from) * regions) this.#homeless = new Float64Array((end - from) * regions);
    if (this.#left.length !== end - from) {
      this.#left = new Float64Array(end - from);
      this.#drawn = new Float64Array(end - from);
    }
    if (this.#room.length === experts) return;
    this.#room = new Float64Array(experts);
    this.#most = new Float64Array(experts);
    this.#open = new Int32Array(experts);
    this.#weights = new Float64Array(experts);
    this.#counts = new Float64Array(experts);
    this.#landed = new Float64Array(experts);
  }
}

const LEAST_CHANCE = 1e-300; // of an expert that no token chooses: still some, where no other has room

function noCrowd() {
  return { copies: new Float64Array(0), experts: 0, from: 0, end: 0, tokens: [], chances: undefined, regions: undefined };
}
