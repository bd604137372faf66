import type { KernelModel } from "@tokenyard/cluster";
import {
  attentionWindow,
  bytesOf,
  type ChunkTokens,
  chunkTokensOf,
  type LayerKernels,
  layerKernels,
  type Pass,
  precisionsOf,
  quantisedBefore,
} from "@tokenyard/model";
import { exchangeFormats } from "@tokenyard/placement";
import { fusionOf, type Scenario } from "@tokenyard/scenario";
import { AllReduces } from "../exchanges/all-reduces.ts";
import { ContextExchanges } from "../exchanges/context-exchanges.ts";
import { CopyFlows } from "../exchanges/copy-flows.ts";
import { Exchange } from "../exchanges/exchange.ts";
import type { ExchangeSpec } from "../exchanges/exchange-spec.ts";
import { timeSends } from "../exchanges/sends.ts";
import { SplitActivations } from "../exchanges/split-activations.ts";
import { flowsOf } from "../exchanges/visit-flows.ts";
import type { ExpertLoad } from "../experts/expert-load.ts";
import { RoutedExperts } from "../experts/routed-experts.ts";
import { splitTokens } from "../experts/split-tokens.ts";
import { AroundCore } from "../kernels/around-core.ts";
import { DecodedSteps } from "../kernels/decoded-steps.ts";
import { HostTime, stepOverheadOf } from "../kernels/host-time.ts";
import { KernelClock } from "../kernels/kernel-clock.ts";
import { type Matrices, matricesOf, type NormsTaken, normsTaken } from "../kernels/matrices.ts";
import { slowPrompts } from "../kernels/prompt-kernels.ts";
import { SequenceCosts, type SequenceWork } from "../kernels/sequence-cost.ts";
import type { DraftSpec } from "./draft-spec.ts";
import { toGrainsOfLinks } from "./grain.ts";
import { type MixerWork, mixerWorks } from "./mixer-work.ts";
import { normAlong } from "./norm-along.ts";
import { isOfContextExchange, type Op } from "./op.ts";
import type { OpCost } from "./op-cost.ts";
import type { PassAtWork, StagePlace } from "./pass-at-work.ts";
import { clearOpWork } from "./work-tally.ts";

export interface OpCostsSpec extends ExchangeSpec {
  readonly scenario: Scenario;
  readonly kernels: KernelModel;
  /** The draft whose costs these are; the scenario then has the draft's model. */
  readonly draft?: DraftSpec;
}

/** Gets the times of a pass's ops on each rank, and their work, from the kernel and network models. Calls change no state and may be repeated. */
export class OpCosts {
  readonly #spec: OpCostsSpec;
  readonly #kernels: LayerKernels;
  readonly #experts: RoutedExperts | undefined;
  readonly #matrices: Matrices;
  readonly #works: readonly MixerWork[];
  /** Costs of steps that only decode. */
  readonly decoded: DecodedSteps;
  /** Undefined where the host takes no time. */
  readonly host: HostTime | undefined;
  /** Factor on the time of kernels in a pass with prompts. */
  readonly promptKernels: number;
  readonly #clock: KernelClock;
  readonly #chunks: ChunkTokens;
  readonly #around: AroundCore;
  /** Bytes of one token as all-reduces and sends carry it. */
  readonly #tokenBytes: number;
  /** Bytes of one token as sends to the next stage carry it: all streams of the residual. */
  readonly #sentBytes: number;
  readonly #taken: NormsTaken;
  readonly #allReduces: AllReduces;
  readonly #splitActivations: SplitActivations;
  /** Exchanges of ranks that share contexts, if any do. */
  readonly #contexts: ContextExchanges | undefined;
  readonly #dispatch: Exchange;
  readonly #combine: Exchange;
  /** Sources that share the tokens of a data group. */
  readonly #split: number;
  /** [sources], where there are several. */
  readonly #sourceTokens: Float64Array;

  constructor(spec: OpCostsSpec) {
    const { scenario, plan } = spec;
    this.#spec = spec;
    this.host = HostTime.of(scenario.serving, plan);
    this.promptKernels = 1 + stepOverheadOf(scenario.serving).promptKernels;
    const fusion = fusionOf(scenario.serving);
    const plain = layerKernels(scenario.model, plan, scenario.cluster.gpu);
    this.#kernels = fusion.quantise === undefined ? plain : quantisedBefore(plain);
    const { experts } = this.#kernels;
    this.#taken = normsTaken(fusion, scenario.model, plan);
    this.#matrices = matricesOf(spec.kernels, this.#kernels, scenario.model, fusion, this.#taken, spec.draft?.input);
    this.#clock = new KernelClock(spec.kernels);
    this.#chunks = chunkTokensOf(scenario.serving);
    this.#works = mixerWorks(scenario.model);
    const growing = Math.max(0, this.#works.indexOf("attention"));
    const { mixers, head } = this.#matrices;
    this.#around = new AroundCore(mixers[growing]!, this.#chunks.attention);
    this.decoded = new DecodedSteps(spec.kernels, this.#kernels.mixers[growing]!, mixers[growing]!, head, this.#chunks.attention);
    this.#experts = experts && new RoutedExperts(spec.plan, experts, scenario.model.experts!.matrices, fusion, this.#clock, this.#chunks);
    const { hiddenSize, residualStreams = 1, experts: routing } = scenario.model;
    const exchanged = routing?.inputSize ?? hiddenSize;
    const { activations, collectives } = precisionsOf(scenario.model);
    const { dispatch, combine } = exchangeFormats(scenario, plan);
    this.#tokenBytes = hiddenSize * bytesOf(collectives);
    this.#sentBytes = residualStreams * this.#tokenBytes;
    const norm = this.#taken.feedForward ? normAlong(spec.kernels, hiddenSize, bytesOf(activations)) : undefined;
    this.#allReduces = new AllReduces(spec, this.#tokenBytes, norm, this.#kernels.shared !== undefined);
    this.#splitActivations = new SplitActivations(spec, this.#tokenBytes);
    this.#contexts = plan.context > 1 ? new ContextExchanges(spec, this.#kernels) : undefined;
    this.#split = plan.sources / plan.dataGroups;
    this.#sourceTokens = new Float64Array(plan.sources);
    const flows = flowsOf(spec.links);
    const copies = new CopyFlows(spec);
    const routed = scenario.model.experts && { experts: scenario.model.experts.count, topK: scenario.model.experts.topK };
    const kernels = routed === undefined ? {} : { routed };
    this.#dispatch = new Exchange(spec, { phase: "dispatch", tokenBytes: exchanged * bytesOf(dispatch), ...kernels }, flows, copies);
    const isTurned = spec.network.turnsRound && bytesOf(dispatch) === bytesOf(combine);
    this.#combine = isTurned
      ? this.#dispatch
      : new Exchange(spec, { phase: "combine", tokenBytes: exchanged * bytesOf(combine), ...kernels }, flows, copies);
  }

  /** Costs of a pass by data group, computed once for what all layers share. */
  sequenceCosts(): SequenceCosts {
    return new SequenceCosts({
      kernels: this.#kernels,
      matrices: this.#matrices,
      works: this.#works,
      clock: this.#clock,
      chunks: this.#chunks,
      split: this.#split,
      window: this.#spec.draft?.window ?? attentionWindow(this.#spec.scenario.model),
      promptKernels: this.promptKernels,
      around: this.#around,
    });
  }

  /** Fills `cost` with the time and work of `op` of `pass` on `stage`. */
  ask(op: Op, pass: PassAtWork, stage: StagePlace, cost: OpCost): void {
    clearOpWork(cost);
    this.#ask(op, pass, stage, cost);
    cost.nodeBytes = toGrainsOfLinks(cost.nodeBytes); // of shares of tokens, too
    cost.fabricBytes = toGrainsOfLinks(cost.fabricBytes);
  }

  #ask(op: Op, pass: PassAtWork, stage: StagePlace, cost: OpCost): void {
    const { durationNs: out } = cost;
    switch (op.work) {
      case "host":
        this.#host(pass, stage, out);
        return;
      case "experts":
        this.#experts!.fill(pass.load!, cost);
        slowPrompts(out, pass.scheduled!, this.promptKernels);
        this.#awaitExperts(pass.load!, out);
        return;
      case "dispatch":
        this.#copyExchange(this.#dispatch, pass.load!, stage, cost);
        return;
      case "combine":
        this.#copyExchange(this.#combine, pass.load!, stage, cost);
        return;
      case "gather-tokens":
        this.#dispatch.gatherTokens(this.#brought(pass.scheduled!), stage.id, out, cost);
        return;
      case "scatter-tokens":
        this.#combine.gatherTokens(this.#brought(pass.scheduled!), stage.id, out, cost, true);
        return;
      case "gather-copies":
        this.#dispatch.gatherCopies(pass.load!, stage.id, out, cost);
        return;
      case "scatter-copies":
        this.#combine.gatherCopies(pass.load!, stage.id, out, cost, true);
        return;
      case "reduce-attention":
        this.#allReduces.activations(pass.scheduled!.rows, stage.id, cost, this.#taken.feedForward);
        return;
      case "reduce-combine":
        this.#allReduces.results(pass.scheduled!.rows, stage.id, cost, this.#taken.attention);
        return;
      case "reduce-dense":
        this.#allReduces.activations(pass.scheduled!.rows, stage.id, cost, this.#taken.attention);
        return;
      case "reduce-scatter":
      case "all-gather":
        this.#splitActivations.time(pass.scheduled!.rows, stage.id, cost, op.work === "reduce-scatter");
        return;
      case "reduce-experts":
        this.#allReduces.experts(pass.load!, pass.scheduled?.rows, stage.id, cost);
        return;
      case "send":
        timeSends(this.#spec, pass.scheduled!.rows, this.#sentBytes, stage, cost);
        return;
      case "move":
        out.set(pass.moves!.durationNs);
        cost.nodeBytes = pass.moves!.nodeBytes;
        cost.fabricBytes = pass.moves!.fabricBytes;
        cost.tabledSeconds = pass.moves!.tabledSeconds;
        return;
      default: // of sequences
        if (isOfContextExchange(op.work)) this.#contexts!.time(op.work, pass.scheduled!, stage.id, cost);
        else this.#sequenceWork(op.work, pass, cost);
    }
  }

  /** Tokens of each source. */
  #brought({ rows }: Pass): Float64Array {
    if (this.#split === 1) return rows;
    splitTokens(rows, this.#split, this.#sourceTokens);
    return this.#sourceTokens;
  }

  /** Ranks wait for experts that are not on their GPUs. */
  #awaitExperts({ missNs }: ExpertLoad, out: Float64Array): void {
    const { tensor } = this.#spec.plan;
    for (let e = 0; e < missNs.length; e++) for (let j = 0; j < tensor; j++) out[e * tensor + j]! += missNs[e]!;
  }

  #host({ scheduled, slice }: PassAtWork, stage: StagePlace, out: Float64Array): void {
    this.host!.fillNs(stage.position, slice, scheduled!, out);
  }

  #sequenceWork(work: SequenceWork, { sequences, scheduled }: PassAtWork, cost: OpCost): void {
    const { attentionTensor } = this.#spec.plan;
    const { durationNs, rankBytes } = cost;
    const ofGroups = sequences!.cost(work, scheduled!);
    for (let rank = 0, group = 0; rank < durationNs.length; group++) {
      const duration = ofGroups.durationNs[group]!;
      for (let i = 0; i < attentionTensor; i++) durationNs[rank++] = duration;
    }
    cost.ranksEach = attentionTensor;
    for (let group = 0; group < ofGroups.groupBytes.length && rankBytes.length > 0; group++) rankBytes[group] = ofGroups.groupBytes[group]!;
    cost.flops = ofGroups.flops * attentionTensor;
    cost.memoryBytes = ofGroups.bytes * attentionTensor;
    cost.insideSeconds = ofGroups.insideSeconds * attentionTensor;
  }

  /** Costs an exchange of copies; it takes no time if no token leaves its rank. */
  #copyExchange(exchange: Exchange, load: ExpertLoad, stage: StagePlace, cost: OpCost): void {
    if (load.own !== undefined) {
      cost.durationNs.fill(0);
      return;
    }
    exchange.time(load, stage.id);
    for (let rank = 0; rank < cost.durationNs.length; rank++) cost.durationNs[rank] = load.exchangeNs[rank]!; // for a few, `set` is ten times slower
    cost.nodeBytes = load.exchangeTraffic.nodeBytes;
    cost.fabricBytes = load.exchangeTraffic.fabricBytes;
    cost.tabledSeconds = load.exchangeTraffic.tabledSeconds;
  }
}
