import { TokenFlows } from "@tokenyard/cluster";
import type { Visits } from "@tokenyard/model";
import type { ExpertLoad } from "../experts/expert-load.ts";
import type { ExchangeSpec } from "./exchange-spec.ts";
import type { GroupRoutes, SlotRoutes } from "./token-routes.ts";

/** The tokens that members of an exchange group send each other: worked out once for the dispatch of a load and its combine. */
export class VisitFlows {
  readonly #flows = new TokenFlows();
  #load: ExpertLoad | undefined;
  #settled = -1;
  #group: GroupRoutes | undefined;
  // Of a data group: tokens on each crossing [crossings], the crossings that have any, and the index of each node of the group in the
  // flows, from 1 [nodes]
  readonly #each: Float64Array;
  readonly #crossings: Int32Array;
  readonly #crossedAt: Int32Array;

  constructor({ nodes, slots }: GroupRoutes) {
    const most = slots.reduce((sum, { node }) => Math.max(sum, node.length), 0);
    this.#each = new Float64Array(most);
    this.#crossings = new Int32Array(most);
    this.#crossedAt = new Int32Array(nodes);
  }

  /** Flows of the visits of `load` in `group`. */
  of(load: ExpertLoad, group: GroupRoutes): TokenFlows {
    if (this.#load === load && this.#settled === load.settled && this.#group === group) return this.#flows;
    this.#load = load;
    this.#settled = load.settled;
    this.#group = group;
    this.#flows.clear();
    const visits = load.visits!;
    const { lengths } = visits.ranks;
    const { slots } = group;
    for (let from = 0; from < lengths.length; from++) {
      if (lengths[from] === 0) continue;
      if (group.nodes === 1) this.#sendNear(from, visits, slots[from % slots.length]!);
      else this.#send(from, visits, slots[from % slots.length]!);
    }
    return this.#flows;
  }

  /** Sends inside one node, where no token crosses the fabric. */
  #sendNear(from: number, { toRanks, ranks }: Visits, { memberOf }: SlotRoutes): void {
    const row = from * ranks.columns;
    for (let at = row, end = row + ranks.lengths[from]!; at < end; at++) {
      const e = ranks.places[at]!;
      if (memberOf[e]! >= 0) this.#flows.send(from, memberOf[e]!, toRanks[row + e]!);
    }
  }

  #send(from: number, { places, toRanks, toNodes, ranks }: Visits, { memberOf, crossingOf, node, placeNode }: SlotRoutes): void {
    const row = from * ranks.columns;
    const end = row + ranks.lengths[from]!;
    const each = this.#each;
    let crossings = 0;
    for (let at = row; at < end; at++) {
      const e = ranks.places[at]!;
      const crossing = crossingOf[e]!;
      if (crossing < 0) continue;
      const tokens = toRanks[row + e]!;
      if (tokens === 0 || toNodes[from * places.nodes + placeNode[crossing]!] === 0) continue;
      this.#flows.send(from, memberOf[e]!, tokens);
      if (each[crossing] === 0) this.#crossings[crossings++] = crossing;
      each[crossing]! += tokens;
    }
    for (let i = 0; i < crossings; i++) {
      const crossing = this.#crossings[i]!;
      // if parts of an expert are on other nodes than its first, a node has fewer of the ranks that tokens were counted for
      const tokens = Math.min(toNodes[from * places.nodes + placeNode[crossing]!]!, each[crossing]!);
      each[crossing] = 0;
      const known = this.#crossedAt[node[crossing]!]!;
      if (known > 0) this.#flows.crossed[known - 1]! += tokens;
      else {
        this.#flows.cross(from, node[crossing]!, tokens);
        this.#crossedAt[node[crossing]!] = this.#flows.crossings;
      }
    }
    for (let i = 0; i < crossings; i++) this.#crossedAt[node[this.#crossings[i]!]!] = 0;
  }
}

/** Flows of each stage and exchange group that carry bytes of their own; stages with equal routes share them. */
export function flowsOf(links: ExchangeSpec["links"]): (VisitFlows | undefined)[][] {
  const known = new Map<GroupRoutes, VisitFlows>();
  const of = (group: GroupRoutes): VisitFlows => {
    const flows = known.get(group) ?? new VisitFlows(group);
    known.set(group, flows);
    return flows;
  };
  return links.map(({ exchange, routes }) => exchange.map(({ sameAs }, i) => (routes && sameAs === i ? of(routes.groups[i]!) : undefined)));
}
