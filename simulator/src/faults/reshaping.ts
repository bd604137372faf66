import { nsFromSeconds } from "@tokenyard/engine";
import { layerKinds } from "@tokenyard/model";
import { reactionOf } from "@tokenyard/resilience";
import type { FaultContext } from "./fault-context.ts";
import type { Outage } from "./outages/outage.ts";
import { lostBy } from "./outages/outages.ts";

/** Replicas that continue without lost parts, until these take part again. */
export class Reshaping {
  readonly #context: FaultContext;
  readonly #withExperts: readonly boolean[];

  constructor(context: FaultContext) {
    this.#context = context;
    this.#withExperts = layerKinds(context.scenario.model).map((kind) => kind === "moe");
  }

  /** Lets `replica` serve again, without the parts lost by `recovering` and those lost before; undefined: as a whole. */
  goOn(replica: number, recovering: readonly Outage[] | undefined, nowNs: number): void {
    const { replicas, pool, timeline } = this.#context;
    const state = replicas[replica]!;
    this.countMasked(replica);
    const lost = recovering === undefined ? [] : [...state.shrunk, ...recovering].filter((outage) => this.#rejoinsNs(outage) > nowNs);
    for (const outage of lost) {
      const rejoinsNs = this.#rejoinsNs(outage);
      if (state.shrunk.includes(outage) || rejoinsNs === Number.POSITIVE_INFINITY) continue;
      pool.announceCut(replica, rejoinsNs);
      timeline.schedule(rejoinsNs, { kind: "rejoined", pool: pool.number, replica });
    }
    state.shrunk = lost;
    this.#reshape(replica, nowNs);
  }

  rejoin(replica: number, nowNs: number): void {
    const { replicas, doors, pool } = this.#context;
    const state = replicas[replica]!;
    this.countMasked(replica);
    state.shrunk = state.shrunk.filter((outage) => this.#rejoinsNs(outage) > nowNs);
    this.#reshape(replica, nowNs);
    if (state.recovering.length === 0) doors.open(replica);
    pool.touch(replica, nowNs);
  }

  /** Copies that have been masked, or gone elsewhere, since are the toll of the first loss that `replica` has shrunk by, or of the links for which its tokens stayed on their ranks. */
  countMasked(replica: number): void {
    const { replicas, pool, tolls } = this.#context;
    const state = replicas[replica]!;
    const copies = pool.gate.maskedCopies[replica]!;
    const elsewhere = pool.gate.elsewhereCopies[replica]!;
    const first = state.shrunk[0] ?? state.local;
    if (first !== undefined) tolls[first.fault]!.degradedTokens += copies - state.maskedCopies;
    if (state.shrunk.length > 0) tolls[state.shrunk[0]!.fault]!.elsewhereTokens += elsewhere - state.elsewhereCopies;
    state.maskedCopies = copies;
    state.elsewhereCopies = elsewhere;
  }

  /** Time when the parts that `outage` took rejoin a replica that continued without them. */
  #rejoinsNs({ endNs }: Outage): number {
    const { onLoss } = this.#context.health;
    const rejoin = "rejoin" in onLoss ? onLoss.rejoin : undefined;
    return rejoin === undefined ? Number.POSITIVE_INFINITY : endNs + nsFromSeconds(rejoin);
  }

  /** Applies the missing parts of the replica from now on. */
  #reshape(replica: number, nowNs: number): void {
    const { scenario, pool, replicas } = this.#context;
    const state = replicas[replica]!;
    const { plan } = pool.setup;
    const isWhole = state.shrunk.length === 0;
    if (isWhole && state.isWhole) return;
    const lost = lostBy(state.shrunk);
    const reaction = isWhole ? undefined : reactionOf(scenario, plan, this.#withExperts, lost, () => 0);
    const placements = new Map([...(reaction?.stages ?? [])].map(([stage, { placement }]) => [stage, placement]));
    state.isWhole = isWhole;
    state.lostGroups = reaction?.losses.dataGroups ?? new Set();
    const perReplica = plan.stages * plan.ranksPerStage;
    if (!Number.isNaN(state.downSinceNs)) {
      pool.impairments.down(replica, state.downSinceNs, nowNs); // including the missing ranks
      state.downSinceNs = nowNs;
    }
    const ranks = new Set(lost.ranks.map((rank) => rank % perReplica));
    pool.impairments.reshape(replica, { lost: ranks, lostSlots: reaction?.losses.slots ?? new Map(), placements }, nowNs);
  }
}
