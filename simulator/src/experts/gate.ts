import { CapacityControl, CapacityLimit, type Crowd, PHASES, type Phase, SequencesOfSources, type TokenRouter } from "@tokenyard/model";
import { type ExpertPlacement, type ExpertSlots, visitsOnce } from "@tokenyard/placement";
import {
  type ExpertLoad,
  enterPicks,
  LocalCrowds,
  type MoveCost,
  type OwnRanks,
  ownRanksOf,
  type PickedTokens,
  type StageLinks,
  StandIns,
  settlePicks,
} from "@tokenyard/program";
import { type LostSlot, lossPolicyOf } from "@tokenyard/resilience";
import type { PoolSetup } from "../inputs/setup.ts";
import type { PassWork } from "../micro-batches/pass-work.ts";
import { Detours } from "./detours.ts";
import { ExpertCaches } from "./expert-caches.ts";
import { Rebalancer } from "./rebalancer.ts";

/** Draws which experts the tokens of a pass go to, layer by layer, from streams of their own. */
export class Gate {
  readonly #router: TokenRouter | undefined;
  readonly #limit: CapacityLimit;
  /** Control of the capacity factor, if it varies. */
  readonly #control: CapacityControl | undefined;
  readonly #standIns: StandIns;
  readonly #layers: number;
  readonly #reroutes: boolean;
  readonly #pads: boolean;
  /** [phases] whether a token is sent once to each rank */
  readonly #visiting: readonly boolean[];
  readonly #placement: ExpertPlacement | undefined;
  /** Rebalancer, if experts are moved. */
  readonly rebalancer: Rebalancer | undefined;
  /** Placements of stages that have lost ranks, by number. */
  readonly #surviving = new Map<number, ExpertPlacement>();
  /** [replicas] Copies to experts that lost their last slot with a rank, of gates that have ended. */
  readonly maskedCopies: Float64Array;
  /** [replicas] Copies that other experts took over from lost ones, of gates that have ended. */
  readonly elsewhereCopies: Float64Array;
  /** Detours, if tokens are routed around lost experts. */
  readonly #detours: Detours | undefined;
  /** Expert caches, if some experts are not on the GPU. */
  readonly caches: ExpertCaches | undefined;
  /** Own ranks of each source. */
  readonly #ownRanks: OwnRanks;
  /** Crowds of the tokens that stay on their ranks. */
  readonly #local: LocalCrowds;
  readonly #sequences: SequencesOfSources;
  /** [stages of all replicas] */
  readonly #links: readonly StageLinks[];

  constructor({ scenario, router, overflow, evictions, rebalance, plan, network, kernels }: PoolSetup, links: readonly StageLinks[]) {
    this.#router = router;
    this.#limit = new CapacityLimit(scenario.model, scenario.routing, overflow, plan.sources);
    const { capacityFactor, capacityControl } = scenario.routing;
    if (capacityFactor !== undefined && capacityControl !== undefined) this.#control = new CapacityControl(capacityFactor, capacityControl);
    this.#layers = scenario.model.layers;
    this.#standIns = new StandIns(overflow.reroutes, plan);
    this.#reroutes = overflow.reroutes !== false;
    this.#pads = scenario.routing.pad === true;
    this.#visiting = PHASES.map((_, phase) => visitsOnce(plan, phase as Phase));
    this.#placement = plan.expertPlacement;
    this.#links = links;
    this.#ownRanks = ownRanksOf(plan);
    this.#local = new LocalCrowds(overflow.reroutes, this.#ownRanks);
    this.#sequences = new SequencesOfSources(plan.sources / plan.dataGroups);
    this.maskedCopies = new Float64Array(plan.replicas);
    this.elsewhereCopies = new Float64Array(plan.replicas);
    if (scenario.health !== undefined && lossPolicyOf(scenario.health.onLoss).detours && router !== undefined)
      this.#detours = new Detours(router);
    this.caches = scenario.expertCache && new ExpertCaches({ scenario, plan, router, evictions });
    this.rebalancer = scenario.rebalance && new Rebalancer({ scenario, plan, network, kernels, rebalance }, links);
  }

  /** Current placement of the experts of stage number `stage`. */
  placementOf(stage: number): ExpertPlacement {
    const { rebalancer } = this;
    if (rebalancer === undefined) return this.#placement!;
    return { mostSlots: this.#placement!.mostSlots, slots: (layer) => rebalancer.slots(layer, stage) };
  }

  /** `lost`, numbered as at the start, by its present number on stage number `stage`. */
  presentSlot(lost: LostSlot, stage: number): LostSlot {
    return { ...lost, slot: this.rebalancer?.presentSlot(lost.layer, stage, lost.slot) ?? lost.slot };
  }

  /** Places the experts of stage number `stage` as in `surviving` from now on; undefined: as usual. */
  reshape(stage: number, surviving: ExpertPlacement | undefined): void {
    if (surviving === undefined) this.#surviving.delete(stage);
    else this.#surviving.set(stage, surviving);
  }

  /** Placement of the experts of stage number `stage`, if it is not the usual one. */
  survivingOf(stage: number): ExpertPlacement | undefined {
    return this.#surviving.get(stage);
  }

  /** A micro-batch is admitted to `slice` of stage number `stage`, on which no token leaves its rank if it `isLocal`. Returns the moves meanwhile. */
  admit(stage: number, slice: number, isLocal: boolean): MoveCost | undefined {
    return this.rebalancer?.admit(stage, slice, isLocal);
  }

  /**
   * Draws the experts of `layer` for a pass that was admitted to stage number `stage` at `admittedNs`, `isLocal` where no token leaves its
   * rank. Drawn once, so that an interrupted gate sends its tokens to the same experts again.
   */
  draw(layer: number, stage: number, { load, draws, scheduled, crowd, isDraft }: PassWork, admittedNs = 0, isLocal = false): void {
    if (load!.layer === layer) return;
    const rows = load!.bring(scheduled!.rows);
    const links = this.#links[stage]!;
    const slots = this.rebalancer?.slots(layer, stage) ?? (this.#surviving.get(stage) ?? this.#placement!).slots(layer);
    const visits = load!.enter(layer, slots, this.#visiting[scheduled!.phase] ? links.routes?.places(slots) : undefined);
    const key = stage * this.#layers + layer;
    load!.capacityFactor = this.#control?.factor(key);
    const capacity = this.#limit.enter(rows, load!.capacityFactor);
    load!.capacity = capacity;
    this.#router!.advance?.(admittedNs);
    this.#sequences.inform(this.#router!, scheduled!, rows);
    this.#router!.route(layer, rows, draws!.routing, load!.copies, visits, load!.lists);
    load!.route(rows);
    const masks = isLocal || slots.missing.length > 0;
    if (masks) load!.beforeCut(this.#reroutes || this.#detours !== undefined);
    if (slots.missing.length > 0) this.#detours?.take(load!, draws!.overflow);
    load!.fatesOf?.begin(load!.copies);
    if (!isDraft) this.rebalancer?.observe(layer, stage, load!.routed);
    if (masks) {
      load!.mask(slots.missing);
      if (isLocal) load!.stay(this.#ownRanks);
      load!.fatesOf?.mask(load!.copies, rows);
    }
    if (this.#limit.isExceeded(load!.copies, load!.routed)) {
      if (!masks) load!.beforeCut(this.#reroutes);
      crowd!.tokens = rows;
      crowd!.totals = masks ? undefined : load!.routed;
      if (this.#reroutes) crowd!.chances = this.#router!.shares?.(layer);
      if (isLocal && this.#reroutes) this.#rerouteOnRanks(crowd!, slots, load!, draws!);
      else {
        if (this.#reroutes) crowd!.regions = this.#standIns.regions(slots, links.firstRank);
        crowd!.closed = slots.missing.length > 0 ? slots.missing : undefined;
        this.#limit.cut(crowd!, draws!.overflow, load!.fates);
        load!.fatesOf?.cut(load!.copies, rows, this.#reroutes, crowd!.regions, draws!.fates!);
      }
    }
    if (!isDraft) this.#control?.observe(key, sumOf(load!.routed), load!.fates);
    const ratios = slots.hasCopies && visits !== undefined ? this.#router!.spread?.(layer, visits.places) : undefined;
    load!.settle(this.#pads ? capacity : 0, ratios);
    this.caches?.use(layer, stage, load!, draws!.guesses, admittedNs);
  }

  /**
   * Draws where the copies of single sources are not needed: `picked` counts tokens as they are drawn. Returns false and draws nothing if
   * experts have copies, are in another order or are lost, or if tokens are drawn by counts. Only for passes in which no copy is over a
   * capacity and no expert moves.
   */
  pick(layer: number, stage: number, { load, draws, scheduled }: PassWork, picked: PickedTokens): boolean {
    const slots = (this.#surviving.get(stage) ?? this.#placement!).slots(layer);
    if (this.#router!.pick === undefined || !slots.inOrder || slots.hasCopies || slots.missing.length > 0) return false;
    enterPicks(load!, layer, slots);
    picked.begin(slots, this.#visiting[scheduled!.phase]!, load!.routed);
    if (!this.#router!.pick(layer, load!.bring(scheduled!.rows), draws!.routing, picked)) {
      load!.forget();
      return false;
    }
    picked.end();
    settlePicks(load!, picked);
    return true;
  }

  /**
   * The experts of `load` could begin on each rank of stage number `stage` when its lane is free and it is ready: determines their waits.
   */
  awaitExperts(load: ExpertLoad, stage: number, freeNs: Float64Array, readyNs: Float64Array): void {
    this.caches?.prefetcher?.wait(load, stage, freeNs, readyNs);
  }

  /**
   * Counts `passes` passes whose gates ended on a stage of `replica`: in each, copies to experts without a slot were `masked`, or went
   * `elsewhere`.
   */
  count(replica: number, masked: number, elsewhere: number, passes = 1): void {
    this.maskedCopies[replica]! += masked * passes;
    this.elsewhereCopies[replica]! += elsewhere * passes;
  }

  /** Interrupts the work of stage number `stage`. */
  breakOff(stage: number): void {
    this.caches?.prefetcher?.breakOff(stage);
  }

  /** Copies over the capacity go to experts on the ranks of their source. */
  #rerouteOnRanks(crowd: Crowd, slots: ExpertSlots, { fates, fatesOf }: ExpertLoad, draws: PassWork["draws"]): void {
    for (const { from, end, closed, regions } of this.#local.of(slots)) {
      crowd.closed = closed;
      crowd.regions = regions;
      this.#limit.cut(crowd, draws!.overflow, fates, from, end);
      fatesOf?.reroute({ ...crowd, from, end }, draws!.fates!);
    }
  }
}

function sumOf(counts: Float64Array): number {
  let sum = 0;
  for (let e = 0; e < counts.length; e++) sum += counts[e]!;
  return sum;
}
