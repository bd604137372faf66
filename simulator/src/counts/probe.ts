import { type Fates, layerKinds } from "@tokenyard/model";
import type { ExpertLoad, Op, OpCost } from "@tokenyard/program";
import type { SpeculationTally } from "@tokenyard/serving";
import { areLayersAlike } from "../inputs/alike-layers.ts";
import type { PoolSetup } from "../inputs/setup.ts";
import { InFlightOps } from "./in-flight-ops.ts";
import { type CopyCounts, createCopyCounts, LateCopies } from "./late-copies.ts";
import type { SampledQuantities } from "./sampled-quantities.ts";
import { WorkTotals } from "./work-totals.ts";

/** Output of a pass, and the time when it counts. */
interface Yielding {
  readonly replica: number;
  readonly phase: number;
  readonly newTokens: Float64Array;
  readonly outputs: Float64Array;
  readonly decoding: { readonly newTokens: Float64Array } | undefined;
}

/** Copies of a layer by expert [experts], those over its capacity, and that capacity. */
interface Routed extends Pick<ExpertLoad, "capacity"> {
  readonly routed: Float64Array;
  readonly fates: Fates;
}

/** The start of an op whose end is recorded as it is. */
const AT_ONCE = new Float64Array(1);

/** Counts a pool's work since the start of the run for samples. Only in sampled runs. */
export class Probe {
  readonly wanted: SampledQuantities;
  /** When the run is sampled next, and how often. */
  nextSampleNs = 0;
  everyNs = Number.POSITIVE_INFINITY;
  /** Recorded work, some of it perhaps ahead of its time; with busy time of ranks that the recorder does not have yet. */
  readonly done: WorkTotals;
  readonly inFlight: InFlightOps;
  /** Counts of copies, in rows [replicas × layers with experts] */
  readonly counts: CopyCounts;
  /** [replicas] */
  readonly promptTokens: Float64Array;
  readonly outputTokens: Float64Array;
  readonly passes: Float64Array;
  readonly layers: readonly number[];
  readonly experts: number;
  /** [replicas] where steps verify drafts: tokens out of decode steps are counted there. */
  readonly speculation: readonly SpeculationTally[] | undefined;
  /** [layers of the model] −1 without experts */
  readonly #rowOf: Int32Array;
  readonly #stages: number;
  readonly #late: LateCopies;
  readonly #draws: boolean;
  /** Layers that route alike have no series of copies. */
  readonly #countsCopies: boolean;

  constructor(setup: PoolSetup, wanted: SampledQuantities) {
    const { plan, scenario } = setup;
    const { model } = scenario;
    this.speculation = setup.scheduler.speculation;
    this.#draws = !areLayersAlike(setup);
    this.wanted = wanted;
    this.done = new WorkTotals(plan.ranks, wanted);
    this.inFlight = new InFlightOps(true, wanted);
    this.layers = layerKinds(model).flatMap((kind, layer) => (kind === "moe" ? [layer] : []));
    this.experts = model.experts?.count ?? 0;
    this.#rowOf = new Int32Array(model.layers).fill(-1);
    for (const [row, layer] of this.layers.entries()) this.#rowOf[layer] = row;
    this.#stages = plan.stages;
    this.#countsCopies = wanted.copies && this.#draws;
    this.counts = createCopyCounts(this.#countsCopies ? plan.replicas * this.layers.length : 0, this.experts);
    this.#late = new LateCopies(this.counts);
    this.promptTokens = new Float64Array(plan.replicas);
    this.outputTokens = new Float64Array(plan.replicas);
    this.passes = new Float64Array(plan.replicas);
  }

  /** An op has run until `endNs`, or will have, on its slowest rank for `ns`, on ranks from number `firstRank` on but for those that `isGone`. */
  ran({ kind }: Op, run: OpCost, ns: number, endNs: number, firstRank: number, isGone: Uint8Array | undefined): void {
    if (!this.wanted.work) return;
    this.done.addDone(firstRank, kind, run, 1, ns);
    if (endNs > this.nextSampleNs) this.inFlight.add(firstRank, kind, run, AT_ONCE, endNs, isGone);
  }

  /** A pass has routed its tokens to the experts of `layer`, on stage number `stage`, or will have at `endNs`. */
  routed(stage: number, layer: number, { routed, fates, capacity }: Routed, endNs: number): void {
    if (!this.#countsCopies) return;
    const row = Math.floor(stage / this.#stages) * this.layers.length + this.#rowOf[layer]!;
    this.#late.route(row, routed, fates, capacity, endNs, endNs > this.nextSampleNs);
  }

  /** Prepares a sample at `atNs`. */
  settle(atNs: number): void {
    this.#late.settle(atNs);
  }

  /** Records that `passes` passes like `pass` have ended, each of which computed `tokens` tokens; if all decode, as many were emitted. */
  passed(pass: Yielding, passes: number, tokens = sumOf(pass.newTokens)): void {
    const { replica, phase } = pass;
    if (!this.wanted.tokens) return;
    this.passes[replica]! += passes;
    if (this.speculation !== undefined) this.#passedPrompts(pass, passes);
    else if (phase === 1) this.outputTokens[replica]! += tokens * passes;
    else this.#passedPrompts(pass, passes);
  }

  #passedPrompts({ replica, newTokens, outputs, decoding }: Yielding, passes: number): void {
    let prompt = 0;
    for (let g = 0; g < newTokens.length; g++) prompt += newTokens[g]! - (decoding === undefined ? 0 : decoding.newTokens[g]!);
    this.promptTokens[replica]! += prompt * passes;
    const verified = this.speculation === undefined ? 0 : sumOf(decoding!.newTokens);
    this.outputTokens[replica]! += (sumOf(outputs) - verified) * passes;
  }
}

function sumOf(tokens: Float64Array): number {
  let sum = 0;
  for (let g = 0; g < tokens.length; g++) sum += tokens[g]!;
  return sum;
}
