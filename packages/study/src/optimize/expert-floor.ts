import type { KernelModel } from "@tokenyard/cluster";
import { bytesOf, type FeedForward, type GroupedLinearShape, type LinearShape, leastFull, mostTaken, precisionsOf } from "@tokenyard/model";
import { gathersCopies, gathersTokens, type Plan, reducesCopies, visitsOnce } from "@tokenyard/placement";
import type { Scenario } from "@tokenyard/scenario";
import { atLeast, bareFloor, kernelFloor, leastLaunch } from "./kernel-floor.ts";
import type { LeastTraffic, NetworkFloor } from "./network-floor.ts";
import type { PassColumns } from "./pass-columns.ts";

/** Seconds of one layer, all passes together, from the moment its gate is done. */
export interface ExpertSeconds {
  readonly path: number;
  /** Of the experts' kernels on the compute lane of a rank, in the mean. */
  readonly compute: number;
  /** How much more `path` and `compute` are when no copy is dropped. */
  readonly keptPath: number;
  readonly keptCompute: number;
}

/** Of one layer and one pass. */
interface OnePass {
  /** Kernels, and the all-reduce after them, when nothing is dropped. */
  readonly compute: number;
  readonly reduce: number;
  /** Of a rank with a full expert; undefined where no copy can be dropped. */
  readonly full: number | undefined;
  /** What communication takes at least, to the experts and back. */
  readonly there: number;
  readonly back: number;
}

const MOST_KNOWN = 1_048_576; // tokens of a pass that is remembered

/**
 * What experts, their exchange and their all-reduce take at least, however the tokens choose. When no copy is dropped a rank has
 * tokens · topK / expert rows in the mean, so the busiest has no fewer; when one is, its expert is full and its rank has the capacity's
 * rows at least. Source: docs/optimize.md#lower-bounds.
 */
export class ExpertFloor {
  readonly #scenario: Scenario;
  readonly #plan: Plan;
  readonly #experts: FeedForward<GroupedLinearShape>;
  readonly #kernels: KernelModel;
  /** The same without launches, for the mean over ranks of which some may launch nothing. */
  readonly #bare: KernelModel;
  readonly #launch: number;
  readonly #reduce: LeastTraffic;
  readonly #network: NetworkFloor;
  /** Of one copy, as the all-reduce after the experts, the dispatch and the combine carry it. */
  readonly #reducedBytes: number;
  readonly #dispatchBytes: number;
  readonly #combineBytes: number;
  readonly #topK: number;
  /** Whether shared experts compute while tokens are on their way. */
  readonly #isBeside: boolean;
  /** Experts of the rank that has most of them. */
  readonly #mostSlots: number;
  readonly #known = { prefill: new Map<number, OnePass>(), decode: new Map<number, OnePass>() };

  constructor(scenario: Scenario, plan: Plan, experts: FeedForward<GroupedLinearShape>, network: NetworkFloor) {
    const { model, cluster } = scenario;
    this.#scenario = scenario;
    this.#plan = plan;
    this.#experts = experts;
    this.#kernels = kernelFloor(cluster);
    this.#bare = bareFloor(cluster);
    this.#launch = leastLaunch(cluster);
    this.#reduce = reducesCopies(plan) ? network.allReduce(plan.tensor) : { secondsPerByte: 0, latencySeconds: 0 };
    this.#network = network;
    const { collectives, dispatch, combine } = precisionsOf(model);
    this.#reducedBytes = model.hiddenSize * bytesOf(collectives);
    this.#dispatchBytes = model.hiddenSize * bytesOf(dispatch);
    this.#combineBytes = model.hiddenSize * bytesOf(combine);
    this.#topK = model.experts!.topK;
    this.#isBeside = model.experts!.shared > 0 && scenario.serving.sharedExperts !== "in-turn";
    this.#mostSlots = plan.expertPlacement!.mostSlots;
  }

  /** `sharedMean` and `sharedMost`: seconds of the shared experts, over all passes: of a rank in the mean, and of the busiest. */
  of({ passes, phase, leastTokens, mostTokens }: PassColumns, sharedMean: number, sharedMost: number): ExpertSeconds {
    const one = this.#onePass(phase, leastTokens, mostTokens);
    const compute = passes * one.compute;
    const kept = compute + passes * one.reduce;
    if (one.full === undefined) {
      const computed = Math.max(sharedMost, kept + sharedMean);
      const [there, back] = [passes * one.there, passes * one.back];
      const path = this.#isBeside ? Math.max(kept + there, computed) + back : computed + there + back;
      return { path, compute, keptPath: 0, keptCompute: 0 };
    }
    const least = Math.max(sharedMost, Math.min(kept, passes * one.full));
    const path = least + passes * one.back + (this.#isBeside ? 0 : passes * one.there);
    if (phase === "decode") return { path, compute: 0, keptPath: 0, keptCompute: 0 };
    return { path, compute: 0, keptPath: Math.max(sharedMost, kept + sharedMean) - least, keptCompute: compute };
  }

  /** Decode passes of any batch have few sizes, and come again and again. */
  #onePass(phase: PassColumns["phase"], leastTokens: number, mostTokens: number): OnePass {
    const known = this.#known[phase];
    const key = leastTokens * MOST_KNOWN + mostTokens;
    let one = mostTokens < MOST_KNOWN ? known.get(key) : undefined;
    if (one === undefined) {
      one = this.#timed(phase, leastTokens, mostTokens);
      if (mostTokens < MOST_KNOWN) known.set(key, one);
    }
    return one;
  }

  #timed(phase: PassColumns["phase"], leastTokens: number, mostTokens: number): OnePass {
    const isOnce = visitsOnce(this.#plan, phase === "prefill" ? 0 : 1);
    const compute = this.#kept(leastTokens, mostTokens);
    const reduce = this.#keptReduce(leastTokens, mostTokens, isOnce);
    const [there, back] = [this.#dispatchBytes, this.#combineBytes];
    if (this.#mayDrop(mostTokens)) {
      const gathered = (bytes: number) => this.#gatheredTokens(leastTokens, bytes);
      return { compute, reduce, full: this.#full(leastTokens), there: gathered(there), back: gathered(back) };
    }
    const way = (bytes: number) =>
      this.#exchange(leastTokens, bytes, isOnce) +
      this.#gatheredCopies(leastTokens, mostTokens, bytes, isOnce) +
      this.#gatheredTokens(leastTokens, bytes);
    return { compute, reduce, full: undefined, there: way(there), back: way(back) };
  }

  /** Rows that a full expert has at least in a pass of so many tokens, where a copy may be dropped; Infinity where none can be. */
  leastFull(tokens: number): number {
    if (!this.#mayDrop(tokens)) return Number.POSITIVE_INFINITY;
    return Math.min(this.#fullRows(tokens), tokens) || Number.POSITIVE_INFINITY;
  }

  /**
   * By how much a copy that is dropped may shorten what a layer takes when all are kept: its own row, and its share of what a full expert costs,
   * which has `room` rows at least. The fewer, the more.
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

  /** Seconds of the experts of a rank in the mean, when nothing is dropped. */
  #kept(leastTokens: number, mostTokens: number): number {
    const { up, down } = this.#experts;
    const { expert } = this.#plan;
    const { rows, active, ranks } = this.#spread(leastTokens, mostTokens);
    const matrices = [up, down].map((shape) => this.#bare.seconds(linearOf(shape, rows, (shape.weightBytes * active) / expert)));
    return atLeast(matrices[0]! + matrices[1]! + (2 * this.#launch * ranks) / expert);
  }

  #keptReduce(leastTokens: number, mostTokens: number, isOnce: boolean): number {
    const { rows, ranks } = this.#spread(leastTokens, mostTokens);
    const { secondsPerByte, latencySeconds } = this.#reduce;
    return atLeast(this.#sent(rows, isOnce) * this.#reducedBytes * secondsPerByte + (latencySeconds * ranks) / this.#plan.expert);
  }

  /** Rows of a rank in the mean, and at least how many experts and ranks have some, all as if nothing is dropped. */
  #spread(leastTokens: number, mostTokens: number) {
    const { expert } = this.#plan;
    const copies = leastTokens * this.#topK;
    const active = Math.max(this.#topK, copies / Math.min(this.#mostRows(mostTokens), mostTokens));
    return { rows: copies / expert, active, ranks: active / this.#mostSlots };
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

  /** Tokens of a rank, each once, at least, for so many copies; where each copy goes for itself, the copies. */
  #sent(copies: number, isOnce: boolean): number {
    const together = isOnce ? Math.min(this.#topK, this.#mostSlots) : 1;
    return copies / together;
  }

  /** Seconds of a dispatch, or a combine, in the mean over ranks: of a token's experts no more are at home than its data group, or the ranks that share its experts, hold. */
  #exchange(tokens: number, copyBytes: number, isOnce: boolean): number {
    const { dataGroups, expert, tensor, attentionTensor } = this.#plan;
    const away = this.#topK - this.#mostSlots * (expert / Math.min(dataGroups, expert));
    if (dataGroups === 1 || gathersTokens(this.#plan) || away <= 0) return 0;
    const each = isOnce ? Math.ceil(away / this.#mostSlots) : away;
    const bytes = (tokens * each * copyBytes * Math.min(1, attentionTensor / tensor)) / expert;
    return atLeast(bytes * this.#network.exchangeSecondsPerByte + this.#network.leastLatencySeconds);
  }

  /** Seconds of an all-gather of the tokens of all data groups, or of its way back. */
  #gatheredTokens(tokens: number, tokenBytes: number): number {
    return gathersTokens(this.#plan) ? this.#gathered(tokens * tokenBytes, this.#plan.dataGroups) : 0;
  }

  /** Seconds of an all-gather of the copies of ranks that share experts, in the mean over those that have any. */
  #gatheredCopies(leastTokens: number, mostTokens: number, copyBytes: number, isOnce: boolean): number {
    if (!gathersCopies(this.#plan)) return 0;
    const { rows, ranks } = this.#spread(leastTokens, mostTokens);
    const { tensor, attentionTensor, expert } = this.#plan;
    return this.#gathered(this.#sent(rows, isOnce) * copyBytes, tensor / attentionTensor, Math.min(1, ranks / expert));
  }

  #gathered(bytes: number, groups: number, latencies = 1): number {
    const lacking = (bytes * (groups - 1)) / groups;
    return atLeast(lacking * this.#network.gatherSecondsPerByte + latencies * this.#network.gatherLatencySeconds);
  }

  #mayDrop(mostTokens: number): boolean {
    const { capacityPer, capacityRounding } = this.#scenario.routing;
    const most = this.#mostRows(mostTokens);
    if (most === Number.POSITIVE_INFINITY) return false;
    return most < mostTokens || capacityPer === "source-rank" || capacityRounding?.kind === "aligned"; // where fewer tokens may have less room for each
  }

  #mostRows(tokens: number): number {
    return mostTaken(tokens, this.#plan.dataGroups, this.#scenario.model, this.#scenario.routing);
  }

  #fullRows(tokens: number): number {
    return leastFull(tokens, this.#plan.dataGroups, this.#scenario.model, this.#scenario.routing);
  }
}

/** `rows` times the matrix of one expert, of which only a share may count. */
function linearOf(shape: GroupedLinearShape, rows: number, weightBytes: number): LinearShape {
  const { inFeatures, outFeatures, activationBytes, precision } = shape;
  return { kind: "linear", parts: 1, rows, inFeatures, outFeatures, weightBytes, activationBytes, precision };
}
