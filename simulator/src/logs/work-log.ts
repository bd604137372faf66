import { PHASES, type Phase } from "@tokenyard/model";
import {
  ATTENTION,
  addTimes,
  createKernelWork,
  createWorkTally,
  type ExpertLoad,
  isOfDraft,
  type KernelWork,
  NETWORK,
  OP_KINDS,
  type Op,
  type OpCost,
  type OpCosts,
  type WorkTally,
} from "@tokenyard/program";
import type { Probe } from "../counts/probe.ts";
import type { AlikeRouting, RoutedLoad, UnevenLoad } from "./routing/routed-load.ts";
import type { RoutingLog } from "./routing/routing-log.ts";
import type { TrafficLog } from "./routing/traffic-log.ts";
import type { WindowLog } from "./routing/window-log.ts";

export interface WorkLogParts {
  readonly routing?: readonly [RoutingLog, RoutingLog];
  /** Layers of the model. */
  readonly layers?: number;
  /** Stages of the pools before. */
  readonly firstStage?: number;
  readonly windows?: WindowLog | undefined;
  readonly traffic?: TrafficLog | undefined;
  /** Probe, if the run is sampled. */
  readonly probe?: Probe | undefined;
}

/** Totals of the ops of a pool: work and bytes, the longest of each kind of communication, and the routing of tokens. */
export class WorkLog {
  readonly tally: WorkTally = createWorkTally();
  /** [phases × op kinds] */
  readonly kinds: readonly KernelWork[] = Array.from({ length: PHASES.length * OP_KINDS.length }, createKernelWork);
  /** [op kinds] the longest op on the network lane, without waiting for others; 0 where none was */
  readonly longestNs = new Float64Array(OP_KINDS.length);
  /** [phases] of all pools; undefined in a test of the stages alone */
  readonly #routing: readonly [RoutingLog, RoutingLog] | undefined;
  readonly #layers: number;
  readonly #firstKey: number;
  /** Windows of gates that draw. */
  readonly windows: WindowLog | undefined;
  /** Traffic, if tokens go to experts by an all-to-all. */
  readonly traffic: TrafficLog | undefined;
  /** Probe, if the run is sampled. */
  readonly probe: Probe | undefined;

  constructor({ routing, layers = 0, firstStage = 0, windows, traffic, probe }: WorkLogParts = {}) {
    this.#routing = routing;
    this.#layers = layers;
    this.#firstKey = firstStage * layers;
    this.windows = windows;
    this.traffic = traffic;
    this.probe = probe;
  }

  /** Adds an op that has run on stage number `stage`, for `ns` on its slowest rank, or that ends at `endNs`. */
  add(op: Op, stage: number, phase: Phase, cost: OpCost, ns: number, load: ExpertLoad | undefined, endNs: number): void {
    this.count(op.kind, phase, cost, 1);
    if (op.lane === NETWORK && ns > this.longestNs[op.kind]!) this.longestNs[op.kind] = ns;
    if (op.work === "gate" && op.layer > load!.reportedTo && !isOfDraft(op)) this.routed(stage, phase, op.layer, load!, endNs);
  }

  /** Adds the work of ops of `kind` in `phase`, `times` over. */
  count(kind: number, phase: Phase, cost: OpCost, times: number): void {
    addTimes(this.tally, cost, times);
    const own = this.kindOf(kind, phase);
    own.flops += cost.flops * times;
    own.memoryBytes += cost.memoryBytes * times;
  }

  /** Adds the matrices of `times` attentions over `tokens` [data groups] that decode. */
  addProjections(decoded: OpCosts["decoded"], tokens: Float64Array, times: number): void {
    decoded.addProjections(tokens, times, this.tally, this.kindOf(ATTENTION, 1));
  }

  /** Work of ops of `kind` in `phase` so far. */
  kindOf(kind: number, phase: Phase): KernelWork {
    return this.kinds[phase * OP_KINDS.length + kind]!;
  }

  /** A pass has routed its tokens to the experts of `layer`, on stage number `stage`; or will have at `endNs`, where a sample may come before. */
  routed(stage: number, phase: Phase, layer: number, load: RoutedLoad, endNs = 0): void {
    const { routed, fates, rankRows, capacityFactor, fatesOf, chosen } = load;
    const key = this.#firstKey + stage * this.#layers + layer;
    const window = this.windows?.expertsOf(key, routed.length, rankRows.length);
    this.#routing![phase].add(layer, routed, fates, rankRows, capacityFactor, fatesOf, chosen, window);
    this.#routing![phase].follow(key, routed, fates);
    this.windows?.pass(key, rankRows);
    if (load.own === undefined) this.traffic?.add(stage, phase, layer, load);
    this.probe?.routed(stage, layer, load, endNs);
  }

  /**
   * Records that all passes of `phase` routed their tokens by `load` to the experts of `layer`, on stage number `stage`; of all sources at
   * once if `tokens` [data groups] are given.
   */
  routedInAll(stage: number, phase: Phase, layer: number, load: RoutedLoad, tokens?: Float64Array): void {
    this.#routing![phase].addCopies(layer, load.routed, load.fates);
    if (tokens === undefined) this.traffic?.add(stage, phase, layer, load);
    else this.traffic?.addDealt(stage, layer, load, tokens);
  }

  /** Adds `passes` passes of `phase` in which each of `layers` had this load. */
  loaded(phase: Phase, layers: readonly number[], load: UnevenLoad, passes: number): void {
    this.#routing![phase].addLoads(layers, load, passes);
  }

  /** Records the duration of an op, `durationNs` [ranks], which may repeat. */
  reach(op: Op, durationNs: Float64Array): void {
    if (op.lane !== NETWORK) return;
    let longest = this.longestNs[op.kind]!;
    for (let rank = 0; rank < durationNs.length; rank++) if (durationNs[rank]! > longest) longest = durationNs[rank]!;
    this.longestNs[op.kind] = longest;
  }

  /** `passes` passes routed `copies` in each of `layers`. */
  routedAlike(phase: Phase, layers: readonly number[], copies: AlikeRouting, passes: number): void {
    this.#routing![phase].addAlike(layers, copies, passes);
  }
}
