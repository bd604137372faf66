import { chosenReaction, type Lost, reactionOf } from "../reaction.ts";
import type { Fleet } from "./fleet.ts";
import type { KnownReaction } from "./struck-replica.ts";

/** Reactions of a fleet to lost ranks. Each set of ranks is computed once, as all replicas are equal, but a caller's recovery is called each time. */
export class Reactions {
  readonly #fleet: Fleet;
  readonly #perReplica: number;
  readonly #known = new Map<string, KnownReaction>();

  constructor(fleet: Fleet) {
    this.#fleet = fleet;
    this.#perReplica = fleet.plan.stages * fleet.plan.ranksPerStage;
  }

  /** Reaction of one replica to what is `lost`. */
  of(lost: Lost): KnownReaction {
    const { plan, recovery } = this.#fleet;
    const reaction = this.without(lost);
    if (recovery === undefined) return reaction;
    const replica = Math.floor((lost.ranks[0] ?? lost.slotRanks[0]!) / this.#perReplica);
    const about = { replica, ranks: [...lost.ranks], lostGroups: reaction.lostGroups, dataGroups: plan.dataGroups };
    return chosenReaction(reaction, recovery, about, { missing: 0 });
  }

  /** Reaction of `health` to what is `lost` of one replica, and what that replica lacks meanwhile. */
  without({ ranks, slots, slotRanks }: Lost): KnownReaction {
    const local = this.#within(ranks);
    const key =
      slots.length === 0
        ? local.join()
        : `${local.join()} ${slots
            .map(({ layer, slot }) => `${layer}/${slot}`)
            .sort()
            .join()}`;
    const known = this.#known.get(key) ?? this.#ask({ ranks: local, slots, slotRanks: this.#within(slotRanks) });
    this.#known.set(key, known);
    return known;
  }

  /** `ranks` as those of the first replica, each once, rising. */
  #within(ranks: readonly number[]): number[] {
    if (ranks.length === 1) return [ranks[0]! % this.#perReplica];
    return [...new Set(ranks.map((rank) => rank % this.#perReplica))].sort((a, b) => a - b);
  }

  #ask(lost: Lost): KnownReaction {
    const { scenario, plan, withExperts, load } = this.#fleet;
    const { shrinks, restarts, seconds, losses, stages } = reactionOf(scenario, plan, withExperts, lost, load);
    let missing = 0;
    for (const stage of stages.values()) missing += stage.missing;
    return { shrinks, restarts, seconds, lostGroups: losses.dataGroups.size, missing };
  }
}
