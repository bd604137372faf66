import { nsFromSeconds } from "@tokenyard/engine";
import { layerKinds } from "@tokenyard/model";
import { chosenReaction, lossPolicyOf, type Reaction, reactionOf, StandBy, stageOf } from "@tokenyard/resilience";
import { isDealtOut, type Scenario } from "@tokenyard/scenario";
import type { Evacuating } from "./evacuations/evacuation.ts";
import type { FaultContext } from "./fault-context.ts";
import { loadSecondsOf } from "./load-seconds.ts";
import type { FaultImpact } from "./outages/fault-impact.ts";
import type { Outage } from "./outages/outage.ts";
import { lostBy } from "./outages/outages.ts";
import type { Reshaping } from "./reshaping.ts";

/** Reactions to known outages, until their replicas serve again. */
export class Recovery {
  readonly #context: FaultContext;
  readonly #evacuation: Evacuating;
  readonly #reshaping: Reshaping;
  readonly #withExperts: readonly boolean[];
  readonly #standBy: StandBy;

  constructor(context: FaultContext, evacuation: Evacuating, reshaping: Reshaping) {
    const { scenario } = context;
    this.#context = context;
    this.#evacuation = evacuation;
    this.#reshaping = reshaping;
    this.#withExperts = layerKinds(scenario.model).map((kind) => kind === "moe");
    this.#standBy = new StandBy(scenario.spares?.kind === "ranks" ? scenario.spares.count : 0);
  }

  /** `outage` is known from now on, and with it whatever else keeps its replica down. All requests are lost with collectives that reported it themselves. */
  begin({ replica, fault, detectedBy }: Outage, nowNs: number): void {
    const { scenario, health, outages, replicas, doors, tolls } = this.#context;
    if (!lossPolicyOf(health.onLoss).reacts) return;
    const state = replicas[replica]!;
    const wereClosed = state.recovering.length > 0;
    state.recovering = outages.openIn(replica);
    state.reaction = this.#reactionTo(replica, [...state.recovering, ...state.shrunk]);
    const { restarts, losses, stages } = state.reaction;
    const toll = tolls[fault]!;
    for (const { missing, mostMissing } of stages.values()) {
      toll.expertsMissing += missing;
      toll.mostMissing = Math.max(toll.mostMissing, mostMissing);
    }
    toll.gateShare = Math.max(toll.gateShare, this.#gateShareOf(stages));
    const homes = doors.homesOf(replica);
    doors.close(replica);
    const isAll = restarts || detectedBy === "communication" || health.aborts === "replica" || beginsTogether(scenario);
    const cleared = isAll ? homes : homes.filter((_, group) => losses.dataGroups.has(group));
    this.#evacuation.clear(cleared, wereClosed, toll, nowNs);
    if (health.whileDown === "wait") doors.gather(nowNs);
    this.#react(replica, nowNs);
  }

  /** Whether a restart of all processes, which began before `outage` was known, ends it too. */
  restarts(outage: Outage): boolean {
    const { recovering, reaction } = this.#context.replicas[outage.replica]!;
    return recovering.includes(outage) && reaction!.restarts;
  }

  /** Ends `outage`: spare GPUs stand by again, and replicas may continue that waited for it, or for one of those. */
  whole(outage: Outage, nowNs: number): void {
    for (const replica of this.#standBy.release(outage)) this.#react(replica, nowNs);
  }

  end(replica: number, nowNs: number): void {
    const state = this.#context.replicas[replica]!;
    const { recovering } = state;
    const { shrinks, restarts } = state.reaction!;
    this.#context.pool.impairments.forgetExperts(replica, restarts ? undefined : recovering.flatMap(({ ranks }) => ranks));
    for (const outage of recovering) this.#context.outages.close(outage, nowNs);
    state.recovery = undefined;
    state.recovering = [];
    this.#reshaping.goOn(replica, shrinks ? recovering : undefined, nowNs);
    this.resume(replica, nowNs, this.#context.tolls[recovering[0]!.fault]);
  }

  /** Serves again, unless something else is broken. `toll`: that of the fault that it has recovered from. */
  resume(replica: number, nowNs: number, toll?: FaultImpact): void {
    const { replicas, doors, pool, outages } = this.#context;
    const state = replicas[replica]!;
    if (state.recovering.length === 0) doors.open(replica);
    doors.gather(nowNs, toll);
    pool.touch(replica, nowNs);
    if (outages.openIn(replica).length > 0) return;
    pool.impairments.resume(replica, state.downSinceNs, nowNs);
    this.#context.moves?.resume(nowNs);
    state.downSinceNs = Number.NaN;
  }

  /** The replica serves again after the time of its reaction; one that needs all of its GPUs waits until there is one for each. */
  #react(replica: number, nowNs: number): void {
    const { replicas, timeline, pool } = this.#context;
    const state = replicas[replica]!;
    const { shrinks, seconds } = state.reaction!;
    if (state.recovery !== undefined) timeline.cancel(state.recovery);
    state.recovery = undefined;
    if (!this.#standBy.equips(replica, shrinks ? [] : [...state.recovering, ...state.shrunk], nowNs)) return;
    state.recovery = timeline.schedule(nowNs + nsFromSeconds(seconds), { kind: "recovered", pool: pool.number, replica });
  }

  /** Share of the copies, over all layers with experts, that the gate gives to experts without a slot. */
  #gateShareOf(stages: Reaction["stages"]): number {
    const { pool, scenario } = this.#context;
    const { router, plan } = pool.setup;
    let share = 0;
    for (const [stage, { placement }] of stages) {
      for (const layer of plan.layersOfStage[stage]!) {
        if (this.#withExperts[layer] !== true) continue;
        const shares = router?.shares?.(layer);
        for (const x of placement.slots(layer).missing) share += shares?.[x] ?? 1 / scenario.model.experts!.count;
      }
    }
    return share === 0 ? 0 : share / this.#withExperts.filter((own) => own).length;
  }

  #reactionTo(replica: number, outages: readonly Outage[]): Reaction {
    const { scenario, pool } = this.#context;
    const { setup } = pool;
    const idOf = (stage: number) => replica * setup.plan.stages + stage;
    const placementOf = (stage: number) => pool.gate.placementOf(idOf(stage));
    const { slots, ...others } = lostBy(outages);
    const present = slots.map((each) => pool.gate.presentSlot(each, idOf(stageOf(setup.plan, each.layer))));
    const lost = { ...others, slots: present };
    const reaction = reactionOf(scenario, setup.plan, this.#withExperts, lost, loadSecondsOf(scenario, setup), placementOf);
    const about = { replica, ranks: [...lost.ranks], lostGroups: reaction.losses.dataGroups.size, dataGroups: setup.plan.dataGroups };
    return chosenReaction(reaction, setup.recovery, about, { stages: new Map() });
  }
}

/** Whether requests that begin again do so together with all of their replica, as those of a micro-batch that is formed once. */
function beginsTogether({ health, serving }: Scenario): boolean {
  return health?.inFlight === "requeue" && isDealtOut(serving.scheduler);
}
