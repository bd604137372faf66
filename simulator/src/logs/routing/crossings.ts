import type { Plan } from "@tokenyard/placement";
import { type StageLinks, toGrainsOfCopies } from "@tokenyard/program";
import type { TrafficColumns } from "@tokenyard/report";
import { crossedAware } from "./crossed-aware.ts";
import { crossedAwareOfDealt, type DealtCopies } from "./dealt-copies.ts";
import type { RoutedLoad } from "./routed-load.ts";

/** One micro-batch of a layer out of this number is examined. */
const EVERY = 8;

/** Counts of the examined passes of a layer of a stage. */
interface Asked {
  passes: number;
  /** [nodes of the stage][experts] copies that a node's sources had for an expert; undefined where they had none */
  readonly copies: (Float64Array | undefined)[];
  /** Copies that each node's sources had in proportion to their tokens. */
  dealt: DealtCopies | undefined;
}

/** Number of copies that leave their node, and that would leave it with experts placed where most is sent to them. */
export class Crossings {
  readonly #plan: Plan;
  readonly #layers: number;
  readonly #experts: number;
  /** [replicas × stages] nodes of its sources [sources] and experts' ranks [experts' ranks], from 0; undefined on one node */
  readonly #nodes: readonly (StageNodes | undefined)[];
  readonly #asked = new Map<number, Asked>();
  /** [slots] nodes for the slots and stage examined last, where slots are in order */
  #nodeOfSlot = new Int32Array(0);
  #slots: RoutedLoad["slots"];
  #ofRank: Int32Array | undefined;
  #looked = 0;
  #crossed = 0;

  constructor(plan: Plan, links: readonly StageLinks[], layers: number, experts: number) {
    this.#plan = plan;
    this.#layers = layers;
    this.#experts = experts;
    this.#nodes = links.map(({ firstRank }) => nodesOf(plan, firstRank));
  }

  add(stage: number, layer: number, load: RoutedLoad): void {
    const nodes = this.#nodes[stage];
    if (nodes === undefined) return;
    const asked = this.#askedOf(stage, layer, nodes.count);
    if (isLookedAt(asked.passes++)) this.#look(load, nodes, asked.copies);
  }

  /** Like `add`, for a `load` that is counted as one source; `shares` [sources] is the share of each. */
  addDealt(stage: number, layer: number, { copies, slots, sent }: RoutedLoad, shares: Float64Array): void {
    const nodes = this.#nodes[stage];
    if (nodes === undefined) return;
    const asked = this.#askedOf(stage, layer, nodes.count);
    if (!isLookedAt(asked.passes++)) return;
    const ofNodes = new Float64Array(nodes.count);
    for (let g = 0; g < shares.length; g++) ofNodes[nodes.ofSource[g]!]! += shares[g]!;
    asked.dealt = { shares: ofNodes, copies: copies.slice() };
    const { offsets } = slots!;
    for (let e = 0; e < nodes.ofRank.length; e++) {
      for (let slot = offsets[e]!; slot < offsets[e + 1]!; slot++) {
        const count = toGrainsOfCopies(sent[slot]!);
        this.#looked += count;
        this.#crossed += toGrainsOfCopies(count * (1 - ofNodes[nodes.ofRank[e]!]!));
      }
    }
  }

  #aware(copies: readonly (Float64Array | undefined)[], dealt: DealtCopies | undefined): number {
    if (dealt === undefined) return crossedAware(copies, this.#experts);
    if (copies.every((row) => row === undefined)) return crossedAwareOfDealt(dealt);
    const all = copies.map((row, node) => dealt.copies.map((count, x) => (row?.[x] ?? 0) + count * dealt.shares[node]!));
    return crossedAware(all, this.#experts);
  }

  #askedOf(stage: number, layer: number, nodes: number): Asked {
    const key = stage * this.#layers + layer;
    let asked = this.#asked.get(key);
    if (asked === undefined) {
      asked = { passes: 0, copies: Array.from({ length: nodes }, () => undefined), dealt: undefined };
      this.#asked.set(key, asked);
    }
    return asked;
  }

  columns(): Pick<TrafficColumns, "looked" | "crossed" | "crossedAware"> {
    let aware = 0;
    for (const { copies, dealt } of this.#asked.values()) aware += this.#aware(copies, dealt);
    return { looked: this.#looked, crossed: this.#crossed, crossedAware: Math.min(aware, this.#crossed) };
  }

  #look({ copies, lists, sent, slots, routed }: RoutedLoad, { ofSource, ofRank }: StageNodes, asked: (Float64Array | undefined)[]): void {
    const experts = routed.length;
    const { offsets, expertIn, inOrder } = slots!;
    const { places, lengths } = lists;
    if (inOrder && (this.#slots !== slots || this.#ofRank !== ofRank)) this.#nodeOfSlot = nodesOfSlots(offsets, ofRank); // a node may begin elsewhere in each stage
    this.#slots = slots;
    this.#ofRank = ofRank;
    for (let g = 0; g < this.#plan.sources; g++) {
      if (lengths[g] === 0) continue;
      const node = ofSource[g]!;
      const row = g * experts;
      asked[node] ??= new Float64Array(experts);
      const wishes = asked[node]!;
      for (let i = row, end = row + lengths[g]!; i < end; i++) {
        const x = places[i]!;
        const count = copies[row + x]!;
        wishes[x]! += count;
        if (!inOrder) continue;
        this.#looked += count;
        if (this.#nodeOfSlot[x] !== node) this.#crossed += count;
      }
      if (inOrder) continue;
      for (let e = 0; e < ofRank.length; e++) {
        for (let slot = offsets[e]!; slot < offsets[e + 1]!; slot++) {
          const count = toGrainsOfCopies(sent[g * expertIn.length + slot]!);
          this.#looked += count;
          if (ofRank[e] !== node) this.#crossed += count;
        }
      }
    }
  }
}

/** Whether a pass through a layer is, by its number there; or, of passes that come again, among those with the same rows. */
function isLookedAt(number: number): boolean {
  return number % EVERY === 0;
}

function nodesOfSlots(offsets: Int32Array, ofRank: Int32Array): Int32Array<ArrayBuffer> {
  const nodes = new Int32Array(offsets.at(-1)!);
  for (let e = 0; e < ofRank.length; e++) nodes.fill(ofRank[e]!, offsets[e]!, offsets[e + 1]!);
  return nodes;
}

interface StageNodes {
  readonly count: number;
  readonly ofSource: Int32Array;
  readonly ofRank: Int32Array;
}

/** The node of a source, or of an expert, is that of its first rank. */
function nodesOf({ sources, sourceRanks, expert, tensor, ranksPerStage, gpusPerNode }: Plan, firstRank: number): StageNodes | undefined {
  const first = Math.floor(firstRank / gpusPerNode);
  const nodeOf = (rank: number) => Math.floor((firstRank + rank) / gpusPerNode) - first;
  const count = nodeOf(ranksPerStage - 1) + 1;
  if (count === 1) return undefined;
  return {
    count,
    ofSource: Int32Array.from({ length: sources }, (_, source) => nodeOf(source * sourceRanks)),
    ofRank: Int32Array.from({ length: expert }, (_, e) => nodeOf(e * tensor)),
  };
}
