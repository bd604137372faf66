import { layerKinds } from "@tokenyard/model";
import { type ExpertSlots, expertSlots, movesBetween, rebalanced, surviving } from "@tokenyard/placement";
import { ExpertMoves, type MoveCost, PlacedExperts, type StageLinks } from "@tokenyard/program";
import type { RebalanceColumns, RebalancedLayers } from "@tokenyard/report";
import type { Scenario } from "@tokenyard/scenario";
import type { PoolSetup } from "../inputs/setup.ts";
import { LayerLosses } from "./layer-losses.ts";
import { balanceOf, rebalancedLayers, type SeenLayer } from "./seen-layer.ts";

const MICRO_BATCHES = 100;
const NONE: ReadonlySet<number> = new Set();

/** Micro-batches in a window of loads: as many as a rebalancer looks at, where there is one. */
export function windowOf(rebalance: Scenario["rebalance"]): number {
  if (rebalance === undefined) return MICRO_BATCHES;
  return rebalance.window ?? Math.min(1000, rebalance.every);
}

type Spec = Pick<PoolSetup, "scenario" | "plan" | "network" | "kernels"> & Partial<Pick<PoolSetup, "rebalance">>;

/** A layer with experts on a stage: their placement, and their loads in the current window. */
interface Layer extends SeenLayer {
  /** At the start, or since some of its slots were lost, or came back. */
  first: ExpertSlots;
  slots: ExpertSlots;
  /** Placement that is being moved to. */
  coming: ExpertSlots | undefined;
  /** Placement to move to next. */
  target: ExpertSlots | undefined;
  readonly loads: Float64Array; // [experts]
  readonly losses: LayerLosses;
  /** Slots with nothing lost. */
  readonly whole: number;
  part: Part | undefined;
}

/** The layers of a slice of a stage, and how often micro-batches were let in to them. */
interface Part {
  readonly layers: readonly Layer[];
  readonly cost: MoveCost;
  visits: number;
  /** Layers that wait to be moved. */
  waiting: Layer[];
  /** True after ranks or slots were lost or came back: experts are checked on the next visit. */
  isDue: boolean;
}

/**
 * Moves experts to where the tokens go: after a number of visits of micro-batches to a stage it looks at the recent loads and finds a
 * better place for the experts of each layer. Every stage of every replica does so separately. Source: docs/models/routing.md#rebalancing.
 */
export class Rebalancer {
  readonly #setup: Spec;
  readonly #moves: ExpertMoves;
  readonly #experts: PlacedExperts;
  readonly #nodeOf: readonly Int32Array[]; // [replicas × stages][experts' ranks]
  readonly #parts: readonly (readonly Part[])[]; // [replicas × stages][slices]
  readonly #layers: readonly ReadonlyMap<number, Layer>[]; // [replicas × stages]
  readonly #matrix: Float64Array;
  readonly #tally = {
    windows: 0,
    rebalances: 0,
    moves: 0,
    bytes: 0,
    moveNs: 0,
    stillNs: 0,
    reachedNs: 0,
    bestNs: 0,
    still: 0,
    reached: 0,
    best: 0,
  };

  constructor(setup: Spec, links: readonly StageLinks[]) {
    const { scenario, plan } = setup;
    const kinds = layerKinds(scenario.model);
    this.#setup = setup;
    this.#moves = new ExpertMoves({ scenario, plan, network: setup.network, links });
    this.#experts = new PlacedExperts(scenario, plan, setup.kernels);
    this.#matrix = new Float64Array(plan.expert * plan.expert);
    this.#nodeOf = links.map(({ firstRank }) =>
      Int32Array.from({ length: plan.expert }, (_, e) => Math.floor((firstRank + e * plan.tensor) / plan.gpusPerNode)),
    );
    this.#layers = links.map((_, id) => {
      const own = plan.layersOfStage[id % plan.stages]!.filter((layer) => kinds[layer] === "moe");
      return new Map(own.map((layer) => [layer, this.#layerOf(layer)]));
    });
    const parts = links.map((_, id) =>
      plan.slicesOfStage[id % plan.stages]!.map(
        (layers): Part => ({
          layers: layers.flatMap((layer) => this.#layers[id]!.get(layer) ?? []),
          cost: { durationNs: new Float64Array(plan.ranksPerStage), nodeBytes: 0, fabricBytes: 0, tabledSeconds: 0, bytes: 0 },
          visits: 0,
          waiting: [],
          isDue: false,
        }),
      ),
    );
    for (const part of parts.flat()) for (const layer of part.layers) layer.part = part;
    this.#parts = parts;
  }

  slots(layer: number, stage: number): ExpertSlots {
    return this.#layers[stage]!.get(layer)!.slots;
  }

  /**
   * A micro-batch is admitted to `slice` of stage number `stage`. Returns the moves of its ranks meanwhile; undefined for none. While
   * something `holds` them, a link that is down, none begins.
   */
  admit(stage: number, slice: number, holds = false): MoveCost | undefined {
    const { rebalance } = this.#setup.scenario;
    const { every, move } = rebalance!;
    const part = this.#parts[stage]![slice]!;
    for (const layer of part.layers) {
      if (layer.coming !== undefined) layer.slots = layer.coming; // it came during the visit before
      layer.coming = undefined;
    }
    if (part.isDue) {
      part.waiting = part.layers.filter((layer) => this.#aims(layer));
      part.visits = 0;
      part.isDue = false;
    } else if (part.visits > 0 && part.visits % every === 0) part.waiting = part.layers.filter((layer) => this.#wants(layer));
    part.visits++;
    if (holds) return undefined;
    const now = part.waiting.splice(0, move.kind === "async" ? move.layersPerStep : part.waiting.length);
    if (now.length === 0) return undefined;
    this.#matrix.fill(0);
    for (const layer of now) this.#begin(layer, stage, move.kind === "sync");
    this.#moves.time(this.#matrix, stage, part.cost);
    this.#tally.bytes += part.cost.bytes;
    this.#tally.moveNs += Math.max(0, ...part.cost.durationNs);
    return part.cost;
  }

  /**
   * From now on stage number `stage` has lost the experts' ranks `lost`, and by layer `lostSlots`, numbered as at the start: their experts
   * are gone, and loaded elsewhere if it `reloads`; what is back has its former experts. Moves of these layers in progress are cancelled.
   */
  reshape(stage: number, lost: ReadonlySet<number>, lostSlots: ReadonlyMap<number, ReadonlySet<number>>, reloads: boolean): void {
    for (const layer of this.#layers[stage]!.values()) {
      const own = lostSlots.get(layer.number) ?? NONE;
      if (layer.losses.are(lost, own)) continue;
      const held = layer.losses.change(layer.slots, lost, own);
      layer.slots = surviving(expertSlots(layer.slots.experts, held, true), NONE, reloads).slots;
      layer.first = layer.slots;
      layer.coming = undefined;
      layer.target = undefined;
      layer.part!.waiting = [];
      layer.part!.isDue = true;
    }
  }

  /** Present number of a slot of `layer`, which has number `slot` at the start; −1 if it is lost. */
  presentSlot(layer: number, stage: number, slot: number): number {
    const { losses, slots } = this.#layers[stage]!.get(layer)!;
    return losses.present(slot, slots);
  }

  /** `routed` [experts] copies came to `layer`. */
  observe(layer: number, stage: number, routed: Float64Array): void {
    const { rebalance } = this.#setup.scenario;
    const { every } = rebalance!;
    const window = windowOf(rebalance);
    const { loads, part } = this.#layers[stage]!.get(layer)!;
    if ((part!.visits - 1) % every < every - window) return; // this one is counted
    for (let e = 0; e < loads.length; e++) loads[e] = loads[e]! + routed[e]!;
  }

  columns(): RebalanceColumns {
    return { ...this.#tally };
  }

  /** Evenness of the layers of all stages that had a window. */
  byLayer(): RebalancedLayers {
    return rebalancedLayers(this.#layers.flatMap((own) => [...own.values()]));
  }

  #layerOf(layer: number): Layer {
    const first = this.#setup.plan.expertPlacement!.slots(layer);
    return {
      number: layer,
      first,
      slots: first,
      coming: undefined,
      target: undefined,
      loads: new Float64Array(first.experts),
      losses: new LayerLosses(first),
      whole: first.expertIn.length,
      part: undefined,
      evenness: undefined,
    };
  }

  /** The window of `layer` ends: whether its experts are to be moved, and then where to. */
  #wants(layer: Layer): boolean {
    const { rebalance } = this.#setup.scenario;
    const after = this.#rebalanced(layer);
    const reached = this.#compare(after, layer);
    const { every } = rebalance!;
    const visits = windowOf(rebalance);
    const ns = (slots: ExpertSlots) => this.#experts.fullestNs(layer.loads, visits, slots) * every;
    this.#tally.stillNs += ns(layer.first);
    this.#tally.reachedNs += ns(layer.slots);
    this.#tally.bestNs += ns(after);
    return this.#aimAt(after, reached, layer);
  }

  /** Plans moves after some slots were lost or came back in the middle of the window of `layer`, by the loads so far. */
  #aims(layer: Layer): boolean {
    const after = this.#rebalanced(layer);
    return this.#aimAt(after, this.#compare(after, layer), layer);
  }

  #rebalanced({ number, loads, slots, whole }: Layer): ExpertSlots {
    const { scenario, plan, rebalance } = this.#setup;
    const ours = (came: ArrayLike<number>, from: ExpertSlots) => rebalanced(came, from, scenario, scenario.rebalance!, plan, whole);
    return rebalance === undefined ? ours(loads, slots) : rebalance(number, loads, slots, ours);
  }

  /** Balance of the window of `layer` with its current placement, beside those of the start and of `after`. */
  #compare(after: ExpertSlots, layer: Layer): number {
    const { loads, first, slots } = layer;
    const [reached, still] = [balanceOf(loads, slots), balanceOf(loads, first)];
    layer.evenness = [layer.evenness?.[0] ?? reached, reached, still];
    this.#tally.windows++;
    this.#tally.still += still;
    this.#tally.reached += reached;
    this.#tally.best += balanceOf(loads, after);
    return reached;
  }

  #aimAt(after: ExpertSlots, reached: number, layer: Layer): boolean {
    layer.loads.fill(0);
    layer.target = 1 / reached < this.#setup.scenario.rebalance!.below && after !== layer.slots ? after : undefined;
    return layer.target !== undefined;
  }

  #begin(layer: Layer, stage: number, atOnce: boolean): void {
    const after = layer.target!;
    const { matrix, count } = movesBetween(layer.slots, after, this.#nodeOf[stage]!);
    for (let at = 0; at < matrix.length; at++) this.#matrix[at] = this.#matrix[at]! + matrix[at]!;
    this.#tally.rebalances++;
    this.#tally.moves += count;
    if (atOnce) layer.slots = after;
    else layer.coming = after;
  }
}
