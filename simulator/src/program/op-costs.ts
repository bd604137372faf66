import type { KernelModel } from "@tokenyard/cluster";
import { nsFromSeconds } from "@tokenyard/engine";
import type { Phase } from "@tokenyard/model";
import {
  bytesOf,
  type ChunkTokens,
  chunksOf,
  chunkTokensOf,
  expertCapacity,
  kernelBytes,
  kernelFlops,
  type LayerKernels,
  layerKernels,
  type Overflow,
  precisionsOf,
  type TokenRouter,
} from "@tokenyard/model";
import type { Scenario } from "@tokenyard/scenario";
import type { RoutingLog } from "../logs/routing-log.ts";
import type { MicroBatch } from "../stages/micro-batch.ts";
import type { Costs, Stage } from "../stages/stage.ts";
import { Exchange, type ExchangeSpec } from "./exchange.ts";
import { KernelClock } from "./kernel-clock.ts";
import { type Matrices, matricesOf } from "./matrices.ts";
import { NETWORK, OP_KINDS, type Op } from "./op.ts";
import type { OpFacts } from "./op-facts.ts";
import { PassWork, type SequenceWork } from "./sequence-cost.ts";
import { clearWorkTally, createWorkTally, type WorkTally } from "./work-tally.ts";

export interface OpCostsSpec extends ExchangeSpec {
  readonly scenario: Scenario;
  readonly kernels: KernelModel;
  readonly router: TokenRouter | undefined;
  readonly overflow: Overflow;
  /** [phases] */
  readonly routing: readonly [RoutingLog, RoutingLog];
}

/** Asks the kernel and network models how long the ops of a pass take on each rank, and routes its tokens on the way. */
export class OpCosts implements Costs {
  readonly tally: WorkTally = createWorkTally();
  /** [op kinds] the longest op on the network lane, without waiting for others; 0 where none was */
  readonly longestNs = new Float64Array(OP_KINDS.length);
  /** Most rows that one rank's experts have had in a pass. */
  mostExpertRows = 0;
  /** Leaves the routing log alone. */
  #quiet = false;
  readonly #spec: OpCostsSpec;
  readonly #kernels: LayerKernels;
  readonly #matrices: Matrices;
  readonly #clock: KernelClock;
  readonly #chunks: ChunkTokens;
  /** [experts] rows of a chunk */
  readonly #chunkRows: Float64Array;
  /** Bytes of one token as all-reduces and sends carry it. */
  readonly #tokenBytes: number;
  readonly #dispatch: Exchange;
  /** The dispatch's own where both carry as many bytes, so that it is timed once. */
  readonly #combine: Exchange;

  constructor(spec: OpCostsSpec) {
    const { scenario, plan } = spec;
    this.#spec = spec;
    this.#kernels = layerKernels(scenario.model, plan, scenario.cluster.gpu);
    this.#matrices = matricesOf(spec.kernels, this.#kernels);
    this.#clock = new KernelClock(spec.kernels);
    this.#chunks = chunkTokensOf(scenario.serving);
    this.#chunkRows = new Float64Array(scenario.model.experts?.count ?? 0);
    const { hiddenSize } = scenario.model;
    const { collectives, dispatch, combine } = precisionsOf(scenario.model);
    this.#tokenBytes = hiddenSize * bytesOf(collectives);
    this.#dispatch = new Exchange(spec, hiddenSize * bytesOf(dispatch));
    this.#combine = bytesOf(combine) === bytesOf(dispatch) ? this.#dispatch : new Exchange(spec, hiddenSize * bytesOf(combine));
  }

  passWork(): PassWork {
    return new PassWork(this.#kernels, this.#matrices, this.#clock, this.#chunks);
  }

  /** `passes` passes routed `counts` to the experts of every layer. */
  logAlike(phase: Phase, counts: Float64Array, dropped: number, passes: number): void {
    this.#spec.routing[phase].addAlike(counts, dropped, passes);
  }

  /** Adds the projections of `times` attentions over `tokens` [data groups]: queries, keys and values, and the output. */
  addProjections(tokens: Float64Array, times: number): void {
    const { qkv, output } = this.#matrices;
    for (let group = 0; group < tokens.length; group++) {
      const chunks = chunksOf(tokens[group]!, this.#chunks.attention);
      if (tokens[group] === 0) continue;
      for (const matrix of [qkv, output]) {
        matrix.look(tokens[group]! / chunks);
        this.tally.flops += matrix.flops * chunks * times;
        this.tally.memoryBytes += matrix.bytes * chunks * times;
      }
    }
  }

  /** Adds the cores of `times` attentions over decoding sequences: so many tokens, and what they see. FLOPs and bytes grow with both. */
  addDecoded(tokens: number, contextTokens: number, times: number): void {
    const core = { ...this.#kernels.attention.coreDecode, sequences: tokens, newTokens: tokens, contextTokens, pairs: contextTokens };
    this.tally.flops += kernelFlops(core) * times;
    this.tally.memoryBytes += kernelBytes(core) * times;
  }

  /** What `op` takes and does, into `facts`: neither tally nor routing log hears of it. Whoever times a pass from one layer tells them of all. */
  workOut(op: Op, microBatch: MicroBatch, stage: Stage, facts: OpFacts): void {
    const { tally } = this;
    const { flops, memoryBytes, nodeBytes, fabricBytes } = tally;
    clearWorkTally(tally);
    this.#quiet = true;
    this.durationNs(op, microBatch, stage, facts.durationNs);
    this.#quiet = false;
    facts.flops = tally.flops;
    facts.memoryBytes = tally.memoryBytes;
    facts.nodeBytes = tally.nodeBytes;
    facts.fabricBytes = tally.fabricBytes;
    tally.flops = flops;
    tally.memoryBytes = memoryBytes;
    tally.nodeBytes = nodeBytes;
    tally.fabricBytes = fabricBytes;
  }

  durationNs(op: Op, microBatch: MicroBatch, stage: Stage, out: Float64Array): void {
    this.#fill(op, microBatch, stage, out);
    if (op.lane !== NETWORK) return;
    let longest = this.longestNs[op.kind]!;
    for (let rank = 0; rank < out.length; rank++) if (out[rank]! > longest) longest = out[rank]!;
    this.longestNs[op.kind] = longest;
  }

  #fill(op: Op, microBatch: MicroBatch, stage: Stage, out: Float64Array): void {
    switch (op.work) {
      case "gate":
        this.#route(op.layer, microBatch, stage);
        this.#sequenceWork("gate", microBatch, out);
        return;
      case "attention":
      case "windowed-attention":
      case "shared":
      case "dense":
      case "head":
        this.#sequenceWork(op.work, microBatch, out);
        return;
      case "experts":
        this.#experts(microBatch, out);
        return;
      case "dispatch":
        this.#dispatch.time(microBatch.routed!, stage.spec.id);
        this.#copyExchange(microBatch, out);
        return;
      case "combine":
        if (this.#combine !== this.#dispatch) this.#combine.time(microBatch.routed!, stage.spec.id);
        this.#copyExchange(microBatch, out);
        return;
      case "gather-tokens":
        this.#dispatch.gatherTokens(microBatch.scheduled!.rows, stage.spec.id, out, this.tally);
        return;
      case "scatter-tokens":
        this.#combine.gatherTokens(microBatch.scheduled!.rows, stage.spec.id, out, this.tally);
        return;
      case "gather-copies":
        this.#dispatch.gatherCopies(microBatch.routed!, stage.spec.id, out, this.tally);
        return;
      case "scatter-copies":
        this.#combine.gatherCopies(microBatch.routed!, stage.spec.id, out, this.tally);
        return;
      case "reduce-attention":
      case "reduce-dense":
      case "reduce-combine":
        this.#reduceActivations(microBatch, stage, out);
        return;
      case "reduce-experts":
        this.#reduceExperts(microBatch, stage, out);
        return;
      case "send":
        this.#send(microBatch, stage, out);
        return;
    }
  }

  #sequenceWork(work: SequenceWork, microBatch: MicroBatch, out: Float64Array): void {
    const { attentionTensor } = this.#spec.plan;
    const cost = microBatch.work!.cost(work, microBatch.scheduled!);
    for (let rank = 0, group = 0; rank < out.length; group++) {
      const duration = cost.durationNs[group]!;
      for (let i = 0; i < attentionTensor; i++) out[rank++] = duration;
    }
    this.tally.flops += cost.flops * attentionTensor;
    this.tally.memoryBytes += cost.bytes * attentionTensor;
  }

  /** Draws the layer's routing, which the ops from here to the combine are worked out from. */
  #route(layer: number, microBatch: MicroBatch, stage: Stage): void {
    const { scenario, router, overflow, routing, links } = this.#spec;
    const tokens = microBatch.scheduled!.rows;
    let total = 0;
    for (let group = 0; group < tokens.length; group++) total += tokens[group]!;
    const routed = microBatch.routed!;
    routed.draw(
      router!,
      overflow,
      layer,
      tokens,
      expertCapacity(total, scenario.model, scenario.routing),
      links[stage.spec.id]!.routes?.places,
    );
    if (!this.#quiet) routing[microBatch.phase].add(layer, routed.routed, routed.dropped);
  }

  #experts(microBatch: MicroBatch, out: Float64Array): void {
    const { expert, tensor, expertsPerRank } = this.#spec.plan;
    const { up, down } = this.#kernels.experts!;
    const { rows } = microBatch.routed!;
    up.experts = expertsPerRank;
    down.experts = expertsPerRank;
    for (let e = 0, rank = 0; e < expert; e++) {
      up.first = e * expertsPerRank;
      down.first = e * expertsPerRank;
      const ownRows = this.#rowsOfRank(rows, e);
      const chunks = chunksOf(ownRows, this.#chunks.feedForward);
      const chunkRows = chunks === 1 ? rows : this.#dividedRows(rows, e, chunks);
      up.rowsPerExpert = chunkRows;
      down.rowsPerExpert = chunkRows;
      this.#clock.start();
      this.#clock.runChunks(up, chunks);
      this.#clock.runChunks(down, chunks);
      const duration = this.#clock.ns();
      for (let j = 0; j < tensor; j++) out[rank++] = duration;
      this.tally.flops += this.#clock.flops * tensor;
      this.tally.memoryBytes += this.#clock.bytes * tensor;
      this.mostExpertRows = Math.max(this.mostExpertRows, ownRows);
    }
  }

  /** Of the experts of rank e, what one of `chunks` equal chunks has of their rows. */
  #dividedRows(rows: Float64Array, e: number, chunks: number): Float64Array {
    const { expertsPerRank } = this.#spec.plan;
    for (let x = e * expertsPerRank; x < (e + 1) * expertsPerRank; x++) this.#chunkRows[x] = rows[x]! / chunks;
    return this.#chunkRows;
  }

  #rowsOfRank(rows: Float64Array, e: number): number {
    const { expertsPerRank } = this.#spec.plan;
    let sum = 0;
    for (let x = e * expertsPerRank; x < (e + 1) * expertsPerRank; x++) sum += rows[x]!;
    return sum;
  }

  #copyExchange(microBatch: MicroBatch, out: Float64Array): void {
    const { exchangeNs, exchangeTraffic } = microBatch.routed!;
    out.set(exchangeNs);
    this.tally.nodeBytes += exchangeTraffic.nodeBytes;
    this.tally.fabricBytes += exchangeTraffic.fabricBytes;
  }

  /** All-reduce of a data group's activations over its ranks. */
  #reduceActivations(microBatch: MicroBatch, stage: Stage, out: Float64Array): void {
    const { attentionTensor, dataGroups } = this.#spec.plan;
    const { attention } = this.#spec.links[stage.spec.id]!;
    const tokens = microBatch.scheduled!.rows;
    for (let group = 0, rank = 0; group < dataGroups; group++) {
      const bytes = tokens[group]! * this.#tokenBytes;
      const duration = nsFromSeconds(this.#spec.network.allReduceSeconds(bytes, attention[group]!, this.tally));
      for (let i = 0; i < attentionTensor; i++) out[rank++] = duration;
    }
  }

  /**
   * All-reduce of the experts' outputs over the ranks that share them. Where an attention group is a tensor group, the
   * shared experts' outputs for its own tokens go along.
   */
  #reduceExperts(microBatch: MicroBatch, stage: Stage, out: Float64Array): void {
    const { expert, tensor, attentionTensor } = this.#spec.plan;
    const groups = this.#spec.links[stage.spec.id]!.tensor;
    const { rows, visits } = microBatch.routed!;
    const withShared = attentionTensor === tensor && this.#kernels.shared !== undefined;
    for (let e = 0, rank = 0; e < expert; e++) {
      const results = visits === undefined ? this.#rowsOfRank(rows, e) : this.#visitsOfRank(visits.toRanks, e);
      const outputs = results + (withShared ? microBatch.scheduled!.rows[e]! : 0);
      const bytes = outputs * this.#tokenBytes;
      const duration = nsFromSeconds(this.#spec.network.allReduceSeconds(bytes, groups[e]!, this.tally));
      for (let j = 0; j < tensor; j++) out[rank++] = duration;
    }
  }

  /** Tokens, each once, that have come to rank e: what its experts give for one is added up before it is reduced. */
  #visitsOfRank(toRanks: Float64Array, e: number): number {
    const { expert } = this.#spec.plan;
    let sum = 0;
    for (let at = e; at < toRanks.length; at += expert) sum += toRanks[at]!;
    return sum;
  }

  /** Each rank sends its data group's activations to its match on the next stage; after the last one comes the first again. */
  #send(microBatch: MicroBatch, stage: Stage, out: Float64Array): void {
    const { attentionTensor, ranksPerStage, stages } = this.#spec.plan;
    const { firstRank, position } = stage.spec;
    const onward = position === stages - 1 ? -position * ranksPerStage : ranksPerStage;
    const tokens = microBatch.scheduled!.rows;
    for (let rank = 0; rank < ranksPerStage; rank++) {
      const bytes = tokens[Math.floor(rank / attentionTensor)]! * this.#tokenBytes;
      const from = firstRank + rank;
      out[rank] = nsFromSeconds(this.#spec.network.sendSeconds(bytes, from, from + onward, this.tally));
    }
  }
}
