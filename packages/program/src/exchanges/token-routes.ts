import type { ExpertPlaces, SlotRanks } from "@tokenyard/model";
import type { ExpertSlots, Plan } from "@tokenyard/placement";

/** Routes of tokens that cross to a node once, to the experts' ranks of a stage. */
export class TokenRoutes {
  /** Routes of each exchange group [ranks of a source]. */
  readonly groups: readonly GroupRoutes[];
  /** [experts' ranks] */
  readonly #nodeOf: Int32Array;
  readonly #nodes: number;
  #slots: ExpertSlots | undefined;
  #places: ExpertPlaces | undefined;

  constructor(groups: readonly GroupRoutes[], nodeOf: Int32Array, nodes: number) {
    this.groups = groups;
    this.#nodeOf = nodeOf;
    this.#nodes = nodes;
  }

  /** Places of the experts of a layer; the same object for all layers with these slots and all stages with the same ranks. */
  places(slots: ExpertSlots): ExpertPlaces {
    if (slots !== this.#slots) {
      this.#slots = slots;
      this.#places = placesLike(slots, this.#nodeOf, this.#nodes);
    }
    return this.#places!;
  }
}

/**
 * Routes to the members of an exchange group that share a slot: members on one of its nodes with experts on one of the places' nodes are
 * reached by one crossing.
 */
export interface SlotRoutes {
  /** [experts' ranks] the member of the group that has a part of it, −1: none; and its crossing */
  readonly memberOf: Int32Array;
  readonly crossingOf: Int32Array;
  /** [crossings] the node of the group, in the order in which it meets them, and that of the places */
  readonly node: Int32Array;
  readonly placeNode: Int32Array;
}

/** How an exchange group's members reach each other. */
export interface GroupRoutes {
  readonly nodes: number;
  /** By slot, a member's number modulo theirs: where sources share an expert, those of one slot exchange with each other. */
  readonly slots: readonly SlotRoutes[];
}

const known = new WeakMap<ExpertSlots, Map<string, ExpertPlaces>>();

/** `groups` [ranks of a source][sources] are global ranks: rank i of every source. A node of an expert is that of the first of its ranks. */
export function tokenRoutes(plan: Plan, groups: readonly Int32Array[]): TokenRoutes {
  const { sourceRanks, tensor, expert, sources } = plan;
  const perGroup = Math.max(1, sourceRanks / tensor); // experts' ranks of a source
  const slots = Math.max(1, tensor / sourceRanks);
  const expertRankOf = (share: number) =>
    Int32Array.from({ length: sources }, (_, g) => (slots > 1 ? Math.floor(g / slots) : g * perGroup + share));
  const nodeOfRank = (rank: number) => Math.floor(rank / plan.gpusPerNode);

  // a share of the experts has groups of its own, which cross to a node for themselves
  const keys = new Map<string, number>();
  const nodeOf = new Int32Array(expert);
  for (let share = 0; share < perGroup; share++) {
    const ofMember = expertRankOf(share);
    const ranks = groups[share * Math.min(tensor, sourceRanks)]!;
    for (let g = sources - 1; g >= 0; g--) {
      const key = `${share}:${nodeOfRank(ranks[g]!)}`;
      if (!keys.has(key)) keys.set(key, keys.size);
      nodeOf[ofMember[g]!] = keys.get(key)!;
    }
  }
  const routes = groups.map((ranks, i) => groupRoutes(ranks.map(nodeOfRank), expertRankOf(Math.floor(i / tensor)), slots, nodeOf));
  return new TokenRoutes(routes, nodeOf, keys.size);
}

function groupRoutes(nodes: Int32Array, expertRankOf: Int32Array, slots: number, placeNodeOf: Int32Array): GroupRoutes {
  const numbers = new Map<number, number>();
  for (const node of nodes) if (!numbers.has(node)) numbers.set(node, numbers.size);
  const ofSlots = Array.from({ length: slots }, (_, slot) => {
    const memberOf = new Int32Array(placeNodeOf.length).fill(-1);
    const crossingOf = new Int32Array(placeNodeOf.length).fill(-1);
    const crossings = new Map<string, { readonly node: number; readonly placeNode: number; readonly number: number }>();
    for (let g = slot; g < nodes.length; g += slots) {
      const e = expertRankOf[g]!;
      const node = numbers.get(nodes[g]!)!;
      const key = `${node}:${placeNodeOf[e]}`;
      const crossing = crossings.get(key) ?? { node, placeNode: placeNodeOf[e]!, number: crossings.size };
      crossings.set(key, crossing);
      memberOf[e] = g;
      crossingOf[e] = crossing.number;
    }
    const all = [...crossings.values()];
    return {
      memberOf,
      crossingOf,
      node: Int32Array.from(all, ({ node }) => node),
      placeNode: Int32Array.from(all, ({ placeNode }) => placeNode),
    };
  });
  return { nodes: numbers.size, slots: ofSlots };
}

/** Copies of an expert count where its first slot is: `KeptVisits` moves them. */
function placesLike(slots: ExpertSlots, nodeOf: Int32Array, nodes: number): ExpertPlaces {
  const ofSlots = known.get(slots) ?? new Map<string, ExpertPlaces>();
  known.set(slots, ofSlots);
  const key = nodeOf.join();
  const places = ofSlots.get(key) ?? {
    rankOf: rankOfExperts(slots),
    nodeOf,
    nodes,
    ...(slots.hasCopies ? { slots: slotRanks(slots) } : {}),
  };
  ofSlots.set(key, places);
  return places;
}

function slotRanks({ firstOf, slotsOf, rankOf }: ExpertSlots): SlotRanks {
  return { firstOf, rankOfSlot: slotsOf.map((slot) => rankOf[slot]!) };
}

/** The rank of each expert's first slot [experts]. */
export function rankOfExperts({ experts, rankOf, slotsOf, firstOf }: ExpertSlots): Int32Array {
  return Int32Array.from({ length: experts }, (_, x) => (firstOf[x] === firstOf[x + 1] ? 0 : rankOf[slotsOf[firstOf[x]!]!]!));
}
