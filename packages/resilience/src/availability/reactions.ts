import { reactionOf } from "../reaction.ts";
import type { Fleet } from "./fleet.ts";
import type { KnownReaction } from "./struck-replica.ts";

/** What a fleet does about lost ranks, each set of them looked up once: all replicas are alike. */
export class Reactions {
  readonly #fleet: Fleet;
  readonly #perReplica: number;
  readonly #known = new Map<string, KnownReaction>();

  constructor(fleet: Fleet) {
    this.#fleet = fleet;
    this.#perReplica = fleet.plan.stages * fleet.plan.ranksPerStage;
  }

  /** Of one replica without `ranks`. */
  of(ranks: readonly number[]): KnownReaction {
    const local = ranks.length === 1 ? [ranks[0]! % this.#perReplica] : [...new Set(ranks.map((rank) => rank % this.#perReplica))];
    const key = local.sort((a, b) => a - b).join();
    const known = this.#known.get(key) ?? this.#ask(local);
    this.#known.set(key, known);
    return known;
  }

  #ask(ranks: readonly number[]): KnownReaction {
    const { scenario, plan, withExperts, load } = this.#fleet;
    const { shrinks, restarts, seconds, losses, stages } = reactionOf(
      scenario,
      plan,
      withExperts,
      { ranks, slots: [], slotRanks: [] },
      load,
    );
    let missing = 0;
    for (const stage of stages.values()) missing += stage.missing;
    return { shrinks, restarts, seconds, lostGroups: losses.dataGroups.size, missing };
  }
}
