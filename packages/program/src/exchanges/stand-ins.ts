import type { Overflow } from "@tokenyard/model";
import type { ExpertSlots, Plan } from "@tokenyard/placement";
import { rankOfExperts } from "./token-routes.ts";

/**
 * Experts of a layer that can stand in for each other when copies are rerouted: those of one rank or node. An expert belongs to the rank of
 * its first slot.
 */
export class StandIns {
  readonly #within: Overflow["reroutes"];
  readonly #plan: Plan;
  readonly #known = new Map<ExpertSlots, Map<number, Int32Array>>();

  constructor(within: Overflow["reroutes"], plan: Plan) {
    this.#within = within;
    this.#plan = plan;
  }

  /** Numbers of the experts' regions [experts] on the stage that begins with `firstRank`: the same array each time; undefined: all are in one. */
  regions(slots: ExpertSlots, firstRank: number): Int32Array | undefined {
    if (this.#within !== "rank" && this.#within !== "node") return undefined;
    const ofSlots = this.#known.get(slots) ?? new Map<number, Int32Array>();
    this.#known.set(slots, ofSlots);
    const found = ofSlots.get(firstRank) ?? this.#made(slots, firstRank);
    ofSlots.set(firstRank, found);
    return found;
  }

  #made(slots: ExpertSlots, firstRank: number): Int32Array {
    const ranks = rankOfExperts(slots);
    if (this.#within === "rank") return ranks;
    const { gpusPerNode, tensor } = this.#plan;
    const nodeOf = (rank: number) => Math.floor(rank / gpusPerNode);
    return ranks.map((e) => nodeOf(firstRank + e * tensor) - nodeOf(firstRank));
  }
}
