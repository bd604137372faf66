import type { ExpertPlaces } from "@tokenyard/model";
import type { Plan } from "@tokenyard/placement";

/** How tokens that cross to a node once come to the experts' ranks of a stage. */
export interface TokenRoutes {
  /** Rank e of the places holds experts e · expertsPerRank and on; the same object for all stages that lie alike. */
  readonly places: ExpertPlaces;
  /** Of each exchange group [attention.tensor]. */
  readonly groups: readonly GroupRoutes[];
}

/** One exchange group's nodes, in the order in which it meets them, and what of the places lies on them. */
export interface GroupRoutes {
  readonly nodes: number;
  /** Node of each member [data groups]. */
  readonly nodeOf: Int32Array;
  /** Experts' rank that each member has a part of [data groups]. */
  readonly expertRankOf: Int32Array;
  /** Data groups that share an expert: members of one slot exchange with each other; 1 where each data group has its own experts. */
  readonly slots: number;
  /** Triples of a slot, one of the group's nodes, and one of the places' nodes that tokens of the slot find there. */
  readonly crossings: Int32Array;
}

const known = new WeakMap<Plan, Map<string, ExpertPlaces>>();

/** `groups` [attention.tensor][data groups] are global ranks: rank i of every data group. A node of an expert is that of the first of its ranks. */
export function tokenRoutes(plan: Plan, groups: readonly Int32Array[]): TokenRoutes {
  const { attentionTensor, tensor, expert, expertsPerRank, dataGroups } = plan;
  const perGroup = Math.max(1, attentionTensor / tensor); // experts' ranks of a data group
  const slots = Math.max(1, tensor / attentionTensor);
  const expertRankOf = (share: number) =>
    Int32Array.from({ length: dataGroups }, (_, g) => (slots > 1 ? Math.floor(g / slots) : g * perGroup + share));
  const nodeOfRank = (rank: number) => Math.floor(rank / plan.gpusPerNode);

  // a share of the experts has groups of its own, which cross to a node for themselves
  const keys = new Map<string, number>();
  const nodeOf = new Int32Array(expert);
  for (let share = 0; share < perGroup; share++) {
    const ofMember = expertRankOf(share);
    const ranks = groups[share * Math.min(tensor, attentionTensor)]!;
    for (let g = dataGroups - 1; g >= 0; g--) {
      const key = `${share}:${nodeOfRank(ranks[g]!)}`;
      if (!keys.has(key)) keys.set(key, keys.size);
      nodeOf[ofMember[g]!] = keys.get(key)!;
    }
  }
  const places = placesLike(plan, {
    rankOf: Int32Array.from({ length: expert * expertsPerRank }, (_, x) => Math.floor(x / expertsPerRank)),
    nodeOf,
    nodes: keys.size,
  });
  return {
    places,
    groups: groups.map((ranks, i) => groupRoutes(ranks.map(nodeOfRank), expertRankOf(Math.floor(i / tensor)), slots, places)),
  };
}

function groupRoutes(nodes: Int32Array, expertRankOf: Int32Array, slots: number, { nodeOf: placeNodeOf }: ExpertPlaces): GroupRoutes {
  const numbers = new Map<number, number>();
  const nodeOf = nodes.map((node) => {
    const number = numbers.get(node) ?? numbers.size;
    numbers.set(node, number);
    return number;
  });
  const seen = new Set<string>();
  const crossings: number[] = [];
  nodeOf.forEach((node, g) => {
    const crossing = [g % slots, node, placeNodeOf[expertRankOf[g]!]!];
    if (seen.has(crossing.join())) return;
    seen.add(crossing.join());
    crossings.push(...crossing);
  });
  return { nodes: numbers.size, nodeOf, expertRankOf, slots, crossings: Int32Array.from(crossings) };
}

function placesLike(plan: Plan, places: ExpertPlaces): ExpertPlaces {
  const ofPlan = known.get(plan) ?? new Map<string, ExpertPlaces>();
  known.set(plan, ofPlan);
  const key = places.nodeOf.join();
  const like = ofPlan.get(key) ?? places;
  ofPlan.set(key, like);
  return like;
}
