import type { KernelModel } from "@tokenyard/cluster";
import {
  bytesOf,
  type FeedForward,
  type GroupedLinearShape,
  type LinearShape,
  layerKernels,
  leastFull,
  mostTaken,
  precisionsOf,
} from "@tokenyard/model";
import { exchangeFormats, gathersCopies, gathersTokens, type Plan, reducesCopies, visitsOnce } from "@tokenyard/placement";
import type { Scenario } from "@tokenyard/scenario";
import type { PassColumns } from "../batches/pass-columns.ts";
import { atLeast, bareFloor, kernelFloor, leastLaunch } from "./kernel-floor.ts";
import type { LeastTraffic, NetworkFloor } from "./network-floor.ts";

/** Floors of one layer and one pass. */
interface OnePass {
  /** Kernels, and the all-reduce after them, when nothing is dropped. */
  readonly compute: number;
  readonly reduce: number;
  /** Seconds of a rank with a full expert; undefined where no copy can be dropped. */
  readonly full: number | undefined;
  /** Least times of communication, to the experts and back. */
  readonly there: number;
  readonly back: number;
}

const MOST_KNOWN = 4096; // tokens of a decode pass that is remembered; keys of more would not be small integers

/**
 * Least times of experts, their exchange and their all-reduce, for any choice of the tokens. If no copy is dropped a rank has tokens · topK
 * / expert rows in the mean, so the busiest has no fewer; if one is, its expert is full and its rank has at least the capacity's rows.
 * Source: docs/optimize.md#lower-bounds.
 */
export class ExpertFloor {
  // Seconds of one layer, all passes together, from the end of its gate, for the last columns.
  path = 0;
  /** Mean seconds of the experts' kernels on the compute lane of a rank. */
  compute = 0;
  /** How much more `path` and `compute` are when no copy is dropped. */
  keptPath = 0;
  keptCompute = 0;
  readonly #scenario: Scenario;
  readonly #plan: Plan;
  readonly #experts: FeedForward<GroupedLinearShape>;
  readonly #kernels: KernelModel;
  /** Kernel model without launches, for means over ranks of which some may launch nothing. */
  readonly #bare: KernelModel;
  readonly #launch: number;
  readonly #reduce: LeastTraffic;
  readonly #network: NetworkFloor;
  /** Bytes of one copy in the all-reduce after the experts, the dispatch and the combine. */
  readonly #reducedBytes: number;
  readonly #dispatchBytes: number;
  readonly #combineBytes: number;
  readonly #topK: number;
  /** Whether shared experts compute while tokens are on their way. */
  readonly #isBeside: boolean;
  /** Experts of the rank that has most of them. */
  readonly #mostSlots: number;
  /** Decode passes of any batch have few sizes, and come again and again; so do prefills of lone sequences. */
  readonly #decodes = new Map<number, OnePass>();
  readonly #prefills = new Map<number, OnePass>();

  constructor(scenario: Scenario, plan: Plan, network: NetworkFloor) {
    const { model, cluster } = scenario;
    this.#scenario = scenario;
    this.#plan = plan;
    this.#experts = layerKernels(model, plan, cluster.gpu).experts!;
    this.#kernels = kernelFloor(cluster);
    this.#bare = bareFloor(cluster);
    this.#launch = leastLaunch(cluster);
    this.#reduce = reducesCopies(plan) ? network.allReduce(plan.tensor) : { secondsPerByte: 0, latencySeconds: 0 };
    this.#network = network;
    const { collectives } = precisionsOf(model);
    const { dispatch, combine } = exchangeFormats(scenario, plan);
    this.#reducedBytes = model.hiddenSize * bytesOf(collectives);
    this.#dispatchBytes = model.hiddenSize * bytesOf(dispatch);
    this.#combineBytes = model.hiddenSize * bytesOf(combine);
    this.#topK = model.experts!.topK;
    this.#isBeside = model.experts!.shared > 0 && scenario.serving.sharedExperts !== "in-turn";
    this.#mostSlots = plan.expertPlacement!.mostSlots;
  }

  /** `sharedMean` and `sharedMost`: seconds of the shared experts, over all passes: of a rank in the mean, and of the busiest. */
  look(columns: PassColumns, row: number, sharedMean: number, sharedMost: number): void {
    const one = this.#onePass(columns, row);
    const passes = columns.passes[row]!;
    const compute = passes * one.compute;
    const kept = compute + passes * one.reduce;
    this.keptPath = 0;
    this.keptCompute = 0;
    if (one.full === undefined) {
      const computed = Math.max(sharedMost, kept + sharedMean);
      const there = passes * one.there;
      const back = passes * one.back;
      this.path = this.#isBeside ? Math.max(kept + there, computed) + back : computed + there + back;
      this.compute = compute;
      return;
    }
    const least = Math.max(sharedMost, Math.min(kept, passes * one.full));
    this.path = least + passes * one.back + (this.#isBeside ? 0 : passes * one.there);
    this.compute = 0;
    if (columns.phase === 1) return;
    this.keptPath = Math.max(sharedMost, kept + sharedMean) - least;
    this.keptCompute = compute;
  }

  #onePass({ phase, starts, lone, leastTokens, mostTokens }: PassColumns, row: number): OnePass {
    const least = leastTokens[row]!;
    const most = mostTokens[row]!;
    const first = starts[row]!;
    const isKept = phase === 1 ? most < MOST_KNOWN : starts[row + 1]! - first === 1 && lone[first]! >= 0;
    if (!isKept) return this.#timed(phase, least, most);
    const known = phase === 1 ? this.#decodes : this.#prefills;
    const key = phase === 1 ? least * MOST_KNOWN + most : least;
    let one = known.get(key);
    if (one === undefined) {
      one = this.#timed(phase, least, most);
      known.set(key, one);
    }
    return one;
  }

  #timed(phase: PassColumns["phase"], leastTokens: number, mostTokens: number): OnePass {
    const isOnce = visitsOnce(this.#plan, phase);
    const mostRows = this.#mostRows(mostTokens);
    const copies = leastTokens * this.#topK;
    const rows = copies / this.#plan.expert;
    const active = Math.max(this.#topK, copies / Math.min(mostRows, mostTokens));
    const ranks = active / this.#mostSlots;
    const compute = this.#kept(rows, active, ranks);
    const reduce = this.#keptReduce(rows, ranks, isOnce);
    if (this.#mayDrop(mostRows, mostTokens)) {
      const there = this.#gatheredTokens(leastTokens, this.#dispatchBytes);
      const back = this.#gatheredTokens(leastTokens, this.#combineBytes);
      return { compute, reduce, full: this.#full(leastTokens), there, back };
    }
    const way = (bytes: number) =>
      this.#exchange(leastTokens, bytes, isOnce) +
      this.#gatheredCopies(rows, ranks, bytes, isOnce) +
      this.#gatheredTokens(leastTokens, bytes);
    return { compute, reduce, full: undefined, there: way(this.#dispatchBytes), back: way(this.#combineBytes) };
  }

  /** Least number of rows of a full expert in a pass of `tokens` tokens, where a copy may be dropped; Infinity where none can be. */
  leastFull(tokens: number): number {
    if (!this.#mayDrop(this.#mostRows(tokens), tokens)) return Number.POSITIVE_INFINITY;
    return Math.min(this.#fullRows(tokens), tokens) || Number.POSITIVE_INFINITY;
  }

  /**
   * Most seconds that a dropped copy saves of a layer's time with all copies: its own row, and its share of the cost of a full expert,
   * which has at least `room` rows. It falls with the room.
   */
  copySeconds(room: number): number {
    if (room === Number.POSITIVE_INFINITY) return 0;
    const { up, down } = this.#experts;
    const rows = [up, down].map((shape) => {
      const one = this.#bare.seconds(linearOf(shape, 1, shape.weightBytes / room));
      return one + this.#launch / room;
    });
    const reduced = this.#reducedBytes * this.#reduce.secondsPerByte + this.#reduce.latencySeconds / room;
    return (rows[0]! + rows[1]! + reduced) / this.#plan.expert;
  }

  // Rows of a rank in the mean, and at least how many experts and ranks have some, all as if nothing is dropped: `rows`, `active` and `ranks`.

  /** Seconds of the experts of a rank in the mean, when nothing is dropped. */
  #kept(rows: number, active: number, ranks: number): number {
    const { up, down } = this.#experts;
    const { expert } = this.#plan;
    const first = this.#bare.seconds(linearOf(up, rows, (up.weightBytes * active) / expert));
    const second = this.#bare.seconds(linearOf(down, rows, (down.weightBytes * active) / expert));
    return atLeast(first + second + (2 * this.#launch * ranks) / expert);
  }

  #keptReduce(rows: number, ranks: number, isOnce: boolean): number {
    const { secondsPerByte, latencySeconds } = this.#reduce;
    return atLeast(this.#sent(rows, isOnce) * this.#reducedBytes * secondsPerByte + (latencySeconds * ranks) / this.#plan.expert);
  }

  /** Seconds of a rank with one full expert, and of its all-reduce. */
  #full(leastTokens: number): number {
    const { up, down } = this.#experts;
    const rows = this.#fullRows(leastTokens);
    if (rows === 0) return 0;
    const { secondsPerByte, latencySeconds } = this.#reduce;
    const computed =
      this.#kernels.seconds(linearOf(up, rows, up.weightBytes)) + this.#kernels.seconds(linearOf(down, rows, down.weightBytes));
    return atLeast(computed) + atLeast(rows * this.#reducedBytes * secondsPerByte + latencySeconds);
  }

  /** Least number of tokens of a rank, each counted once, for `copies` copies; the copies themselves where each is sent by itself. */
  #sent(copies: number, isOnce: boolean): number {
    const together = isOnce ? Math.min(this.#topK, this.#mostSlots) : 1;
    return copies / together;
  }

  /** Mean seconds of a dispatch, or a combine, over ranks: at most the experts that a token's source, or those that share with it, hold are at home. */
  #exchange(tokens: number, copyBytes: number, isOnce: boolean): number {
    const { sources, expert, tensor, sourceRanks } = this.#plan;
    const away = this.#topK - this.#mostSlots * (expert / Math.min(sources, expert));
    if (sources === 1 || gathersTokens(this.#plan) || away <= 0) return 0;
    const each = isOnce ? Math.ceil(away / this.#mostSlots) : away;
    const bytes = (tokens * each * copyBytes * Math.min(1, sourceRanks / tensor)) / expert;
    return atLeast(bytes * this.#network.exchangeSecondsPerByte + this.#network.leastLatencySeconds);
  }

  /** Seconds of an all-gather of the tokens of all sources, or of its way back. */
  #gatheredTokens(tokens: number, tokenBytes: number): number {
    return gathersTokens(this.#plan) ? this.#gathered(tokens * tokenBytes, this.#plan.sources) : 0;
  }

  /** Seconds of an all-gather of the copies of ranks that share experts, in the mean over those that have any. */
  #gatheredCopies(rows: number, ranks: number, copyBytes: number, isOnce: boolean): number {
    if (!gathersCopies(this.#plan)) return 0;
    const { tensor, sourceRanks, expert } = this.#plan;
    return this.#gathered(this.#sent(rows, isOnce) * copyBytes, tensor / sourceRanks, Math.min(1, ranks / expert));
  }

  #gathered(bytes: number, groups: number, latencies = 1): number {
    const lacking = (bytes * (groups - 1)) / groups;
    return atLeast(lacking * this.#network.gatherSecondsPerByte + latencies * this.#network.gatherLatencySeconds);
  }

  /** Whether a copy may be dropped; `mostRows` is what an expert accepts of these tokens. */
  #mayDrop(mostRows: number, mostTokens: number): boolean {
    const { capacityPer, capacityRounding } = this.#scenario.routing;
    if (mostRows === Number.POSITIVE_INFINITY) return false;
    return mostRows < mostTokens || capacityPer === "source-rank" || capacityRounding?.kind === "aligned"; // where fewer tokens may have less room for each
  }

  #mostRows(tokens: number): number {
    return mostTaken(tokens, this.#plan.sources, this.#scenario.model, this.#scenario.routing);
  }

  #fullRows(tokens: number): number {
    return leastFull(tokens, this.#plan.sources, this.#scenario.model, this.#scenario.routing);
  }
}

/** `rows` times the matrix of one expert, of which only a share may count. */
function linearOf(shape: GroupedLinearShape, rows: number, weightBytes: number): LinearShape {
  const { inFeatures, outFeatures, activationBytes, precision } = shape;
  return { kind: "linear", parts: 1, rows, inFeatures, outFeatures, weightBytes, activationBytes, precision };
}
