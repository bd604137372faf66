import type { CopyPorts } from "@tokenyard/cluster";
import type { ExpertLoad } from "../experts/expert-load.ts";
import type { ExchangeSpec } from "./exchange-spec.ts";

/** Ports of the exchange groups of a stage. */
interface StagePorts {
  /** Undefined for a group whose copies go as those of another do. */
  readonly byGroup: readonly (CopyPorts | undefined)[];
  /** [places in a source] of the groups that reach it, but for those */
  readonly byShare: readonly (readonly CopyPorts[])[];
}

/** The copies that members of an exchange group send each other: worked out once for the dispatch of a load and its combine. */
export class CopyFlows {
  /** Copies that each member sends to others, or gets, whichever are more, once `count` has counted [sources]. */
  readonly most: Float64Array;
  /** Copies that all sources send to others. */
  moved = 0;
  readonly #spec: ExchangeSpec;
  /** [replicas × stages] filled on first use */
  readonly #ports: (StagePorts | undefined)[] = [];
  readonly #arrived: Float64Array;
  /** Sources that share an expert; they send to its slot of their own number. */
  readonly #parts: number;
  /** Experts' ranks of a source. */
  readonly #perGroup: number;
  /** [experts' ranks] their source, the first of those that share it */
  readonly #memberOf: Int32Array;
  /** [experts' ranks] index of each inside its source; −1 if indices are no whole numbers and it has none */
  readonly #shareOf: Int32Array;
  // What is known, of which load:
  #load: ExpertLoad | undefined;
  #settled = -1;
  #share = -1;
  /** Stage whose copies are in its ports; −1: none. */
  #listed = -1;
  #isCounted = false;

  constructor(spec: ExchangeSpec) {
    const { sourceRanks, tensor, expert, sources } = spec.plan;
    this.#spec = spec;
    this.#parts = Math.max(1, tensor / sourceRanks);
    this.#perGroup = Math.max(1, sourceRanks / tensor);
    this.#memberOf = Int32Array.from({ length: expert }, (_, e) => (this.#parts > 1 ? e * this.#parts : Math.floor(e / this.#perGroup)));
    this.#shareOf = Int32Array.from({ length: expert }, (_, e) => (this.#parts > 1 ? 0 : placeOf(e, this.#perGroup)));
    this.most = new Float64Array(sources);
    this.#arrived = new Float64Array(sources);
  }

  /**
   * Flows from source to source in exchange group `i` of stage number `stage`, which equals no group before it: to the experts at the index
   * of each that it reaches.
   */
  of(load: ExpertLoad, stage: number, i: number): CopyPorts {
    const ports = this.#ports[stage] ?? this.#makePorts(stage);
    this.#see(load, this.#share);
    if (this.#listed !== stage) this.#list(load, ports.byShare, stage);
    return ports.byGroup[i]!;
  }

  #makePorts(stage: number): StagePorts {
    const { exchange } = this.#spec.links[stage]!;
    const byGroup = exchange.map(({ ranks, sameAs }, i) => (sameAs === i ? this.#spec.network.copyPorts(ranks) : undefined));
    const byShare = Array.from({ length: Math.ceil(this.#perGroup) }, (_, share) =>
      byGroup.filter((_, i) => exchange[i]!.share === share).filter((ports) => ports !== undefined),
    );
    const made = { byGroup, byShare };
    this.#ports[stage] = made;
    return made;
  }

  /** Lists the copies of all groups at once. */
  #list(load: ExpertLoad, byShare: StagePorts["byShare"], stage: number): void {
    this.#listed = stage;
    for (const each of byShare) for (const ports of each) ports.clear();
    const memberOf = this.#memberOf;
    const parts = this.#parts;
    const shareOf = this.#shareOf;
    const sent = load.arrivals();
    const { places, lengths, columns } = load.arrivalLists();
    for (let from = 0; from < lengths.length; from++) {
      const row = from * columns;
      const part = parts > 1 ? from % parts : 0;
      for (let at = row, end = row + lengths[from]!; at < end; at++) {
        const e = places[at]!;
        if (shareOf[e]! < 0) continue;
        const of = byShare[shareOf[e]!]!;
        for (let k = 0; k < of.length; k++) of[k]!.send(from, memberOf[e]! + part, sent[row + e]!);
      }
    }
    for (const each of byShare) for (const ports of each) ports.end();
  }

  /** Counts the copies of one share. */
  count(load: ExpertLoad, share: number): void {
    this.#see(load, share);
    if (this.#isCounted) return;
    this.#isCounted = true;
    const bySource = this.#parts === 1 && this.#perGroup === 1 ? load.sentBySource() : undefined;
    if (bySource !== undefined) {
      this.#countSums(bySource, load);
      return;
    }
    const { most } = this;
    const arrived = this.#arrived;
    const memberOf = this.#memberOf;
    const shareOf = this.#shareOf;
    const parts = this.#parts;
    const reachesAll = parts > 1 || this.#perGroup === 1;
    const sent = load.arrivals();
    const { places, lengths, columns } = load.arrivalLists();
    for (let g = 0; g < arrived.length; g++) arrived[g] = 0;
    let moved = 0;
    for (let from = 0; from < lengths.length; from++) {
      const row = from * columns;
      let left = 0;
      let own = 0; // copies that stay
      for (let at = row, end = row + lengths[from]!; at < end; at++) {
        const e = places[at]!;
        if (!reachesAll && shareOf[e] !== share) continue;
        const to = parts > 1 ? memberOf[e]! + (from % parts) : memberOf[e]!;
        const copies = sent[row + e]!;
        left += copies;
        arrived[to]! += copies;
        if (to === from) own = copies;
      }
      arrived[from]! -= own;
      most[from] = left - own;
      moved += left - own;
    }
    for (let g = 0; g < arrived.length; g++) most[g] = Math.max(most[g]!, arrived[g]!);
    this.moved = moved;
  }

  /** Counts where each source has one of the experts' ranks and its total is known. */
  #countSums(bySource: Float64Array, load: ExpertLoad): void {
    const { most } = this;
    const { rankRows } = load;
    const groups = most.length;
    const sent = load.arrivals();
    let moved = 0;
    for (let g = 0; g < groups; g++) {
      const own = sent[g * groups + g]!; // stays
      const left = bySource[g]! - own;
      const arrived = rankRows[g]! - own;
      most[g] = Math.max(left, arrived);
      moved += left;
    }
    this.moved = moved;
  }

  #see(load: ExpertLoad, share: number): void {
    if (this.#load === load && this.#settled === load.settled && this.#share === share) return;
    this.#load = load;
    this.#settled = load.settled;
    this.#share = share;
    this.#listed = -1;
    this.#isCounted = false;
  }
}

function placeOf(e: number, perGroup: number): number {
  const place = e % perGroup;
  return Number.isInteger(place) ? place : -1;
}
