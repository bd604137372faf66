import type { ExpertPlaces } from "@tokenyard/model";
import type { Plan } from "@tokenyard/placement";

/** How tokens that cross to a node once come to the experts' ranks of a stage. */
export interface TokenRoutes {
  /** Rank e of the places holds experts e · expertsPerRank and on; the same object for all stages that lie alike. */
  readonly places: ExpertPlaces;
  /** Of each exchange group [attention.tensor]. */
  readonly groups: readonly GroupRoutes[];
}

/** Members of an exchange group that lie on one of its nodes, and have experts that lie on one of the places' nodes. */
export interface Crossing {
  /** Of the group, in the order in which it meets them. */
  readonly node: number;
  /** Of the places. */
  readonly placeNode: number;
  readonly members: Int32Array;
  /** The experts' rank that each of them has a part of. */
  readonly expertRanks: Int32Array;
}

/** How an exchange group's members reach each other. */
export interface GroupRoutes {
  readonly nodes: number;
  /** By slot, a member's number modulo theirs: where data groups share an expert, those of one slot exchange with each other. */
  readonly crossings: readonly (readonly Crossing[])[];
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
  for (const node of nodes) if (!numbers.has(node)) numbers.set(node, numbers.size);
  const crossings = Array.from({ length: slots }, (_, slot) => {
    const membersBy = new Map<string, number[]>();
    for (let g = slot; g < nodes.length; g += slots) {
      const key = `${numbers.get(nodes[g]!)}:${placeNodeOf[expertRankOf[g]!]}`;
      membersBy.set(key, [...(membersBy.get(key) ?? []), g]);
    }
    return [...membersBy.values()].map((members): Crossing => {
      const expertRanks = Int32Array.from(members, (g) => expertRankOf[g]!);
      const node = numbers.get(nodes[members[0]!]!)!;
      return { node, placeNode: placeNodeOf[expertRanks[0]!]!, members: Int32Array.from(members), expertRanks };
    });
  });
  return { nodes: numbers.size, crossings };
}

function placesLike(plan: Plan, places: ExpertPlaces): ExpertPlaces {
  const ofPlan = known.get(plan) ?? new Map<string, ExpertPlaces>();
  known.set(plan, ofPlan);
  const key = places.nodeOf.join();
  const like = ofPlan.get(key) ?? places;
  ofPlan.set(key, like);
  return like;
}
