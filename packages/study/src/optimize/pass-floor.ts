import type { KernelModel } from "@tokenyard/cluster";
import {
  type AttentionShape,
  bytesOf,
  type ChunkTokens,
  chunksOf,
  chunkTokensOf,
  type FeedForward,
  type LayerKernels,
  type LinearShape,
  layerKernels,
  precisionsOf,
} from "@tokenyard/model";
import { type Plan, reducesTokens } from "@tokenyard/placement";
import type { Scenario } from "@tokenyard/scenario";
import type { PassColumns } from "./dealt-batch.ts";
import { ExpertFloor } from "./expert-floor.ts";
import { atLeast, kernelFloor } from "./kernel-floor.ts";
import type { NetworkFloor } from "./network-floor.ts";

/** Layers of one type take the same time: dense ones and those with experts, each with full or windowed attention. */
export const LAYER_TYPES = 4;

/** The type of a layer: its place in every column of a floor. */
export function layerType(isMoe: boolean, isWindowed: boolean): number {
  return (isMoe ? 2 : 0) + (isWindowed ? 1 : 0);
}

/** Types from here on have experts. */
export const MOE_TYPES = 2;

/** Seconds that passes take at least, all of them together. Columns are [layer types], for one layer. */
export interface PassFloor {
  /** From the start of a layer to its end on the last rank. */
  readonly path: Float64Array;
  /** Of that, what lies before the ranks of the stage first meet. */
  readonly entry: Float64Array;
  /** Of kernels on the compute lane of a rank, in the mean. */
  readonly compute: Float64Array;
  /** What `path` and `compute` grow by when every copy is kept: that is worth so much, and each copy dropped takes at most `ShardFloor.copySeconds`. */
  readonly keptPath: number;
  readonly keptCompute: number;
  /** Of the host, of each visit to a stage: on the path, and of a rank in the mean; and of each layer on a visit. */
  readonly hostPath: number;
  readonly hostCompute: number;
  readonly hostLayer: number;
  readonly headPath: number;
  readonly headCompute: number;
  /** To the next stage. */
  readonly send: number;
}

/** What all of them take together. */
export function sumOf(floors: readonly PassFloor[]): PassFloor {
  const columns = (of: (floor: PassFloor) => Float64Array) =>
    Float64Array.from({ length: LAYER_TYPES }, (_, type) => floors.reduce((sum, floor) => sum + of(floor)[type]!, 0));
  const total = (of: (floor: PassFloor) => number) => floors.reduce((sum, floor) => sum + of(floor), 0);
  return {
    path: columns(({ path }) => path),
    entry: columns(({ entry }) => entry),
    compute: columns(({ compute }) => compute),
    keptPath: total(({ keptPath }) => keptPath),
    keptCompute: total(({ keptCompute }) => keptCompute),
    hostPath: total(({ hostPath }) => hostPath),
    hostCompute: total(({ hostCompute }) => hostCompute),
    hostLayer: total(({ hostLayer }) => hostLayer),
    headPath: total(({ headPath }) => headPath),
    headCompute: total(({ headCompute }) => headCompute),
    send: total(({ send }) => send),
  };
}

/** What passes take at least on the ranks of one stage, whatever its layers, for given expert, tensor and attention degrees. */
export class ShardFloor {
  /** Seconds by which a dropped copy of a prefill shortens a layer at most. */
  readonly copySeconds: (columns: PassColumns) => number;
  readonly #plan: Plan;
  readonly #kernels: LayerKernels;
  readonly #model: KernelModel;
  readonly #chunks: ChunkTokens;
  readonly #stepOverhead: NonNullable<Scenario["serving"]["stepOverhead"]>;
  /** Projects keys and values anew. */
  readonly #keysValues: LinearShape;
  readonly #experts: ExpertFloor | undefined;
  readonly #network: NetworkFloor;
  /** Of one token, as all-reduces and sends carry it. */
  readonly #tokenBytes: number;
  /** Whether the groups of a stage meet in every layer; leading dense layers of a model with experts let them run apart. */
  readonly #meets: boolean;

  constructor(scenario: Scenario, plan: Plan, network: NetworkFloor) {
    const { model, cluster } = scenario;
    this.#plan = plan;
    this.#kernels = layerKernels(model, plan, cluster.gpu);
    this.#model = kernelFloor(cluster);
    this.#chunks = chunkTokensOf(scenario.serving);
    this.#stepOverhead = scenario.serving.stepOverhead ?? { step: 0, layer: 0, request: 0 };
    const { qkv, corePrefill } = this.#kernels.attention;
    this.#keysValues = { ...qkv, outFeatures: 2 * corePrefill.kvHeads * corePrefill.headSize };
    this.#network = network;
    this.#tokenBytes = model.hiddenSize * bytesOf(precisionsOf(model).collectives);
    const experts = this.#kernels.experts && new ExpertFloor(scenario, plan, this.#kernels.experts, network);
    this.#experts = experts;
    this.#meets = plan.dataGroups === 1 || model.dense === undefined;
    this.copySeconds = (columns) => experts?.copySeconds(columns) ?? 0;
  }

  of(columns: PassColumns): PassFloor {
    const { attention, gate, shared, dense, head } = this.#kernels;
    const { dataGroups, attentionTensor, ranksPerStage } = this.#plan;
    const { busy, sequences, newTokens } = columns;
    const reduce = attentionTensor > 1 ? this.#network.allReduce(attentionTensor) : undefined;
    const send = this.#network.send(ranksPerStage);

    const most = { full: 0, windowed: 0, head: 0, send: 0, shared: 0 };
    const sum = { full: 0, windowed: 0, gate: 0, shared: 0, dense: 0, denseReduce: 0, head: 0, send: 0 };
    for (let group = 0; group < dataGroups; group++) {
      const passes = busy[group]!;
      if (passes === 0) continue;
      const tokens = newTokens[group]!;
      const full = passes * this.#attention(attention, columns, group, false);
      const windowed = passes * this.#attention(attention, columns, group, true);
      const chunks = columns.phase === "prefill" ? chunksOf(tokens, this.#chunks.feedForward) : 1; // a mean over passes tells no chunks
      const gates = gate === undefined ? 0 : passes * this.#linear(gate, tokens, chunks);
      const others = shared === undefined ? 0 : passes * this.#feedForward(shared, tokens, chunks);
      const reduces =
        reduce === undefined ? 0 : passes * atLeast(tokens * this.#tokenBytes * reduce.secondsPerByte + reduce.latencySeconds);
      const closing = reducesTokens(this.#plan) ? reduces : 0;
      const heads = head === undefined ? 0 : passes * this.#linear(head, sequences[group]!, 1);
      const sends = passes * atLeast(tokens * this.#tokenBytes * send.secondsPerByte + send.latencySeconds);
      most.full = Math.max(most.full, full + reduces + gates + closing);
      most.windowed = Math.max(most.windowed, windowed + reduces + gates + closing);
      most.head = Math.max(most.head, heads);
      most.send = Math.max(most.send, sends);
      most.shared = Math.max(most.shared, others);
      sum.full += full;
      sum.windowed += windowed;
      sum.gate += gates;
      sum.shared += others;
      sum.dense += dense === undefined ? 0 : passes * this.#feedForward(dense, tokens, chunks);
      sum.denseReduce += 2 * reduces;
      sum.head += heads;
      sum.send += sends;
    }

    const mean = (total: number) => total / dataGroups;
    const tail = this.#experts?.of(columns, mean(sum.shared), most.shared);
    const always = tail?.path ?? 0;
    const computed = mean(sum.gate + sum.shared) + (tail?.compute ?? 0);
    return {
      path: Float64Array.of(
        mean(sum.full + sum.dense + sum.denseReduce),
        mean(sum.windowed + sum.dense + sum.denseReduce),
        most.full + always,
        most.windowed + always,
      ),
      entry: Float64Array.of(0, 0, most.full, most.windowed),
      compute: Float64Array.of(
        mean(sum.full + sum.dense),
        mean(sum.windowed + sum.dense),
        mean(sum.full) + computed,
        mean(sum.windowed) + computed,
      ),
      keptPath: tail?.keptPath ?? 0,
      keptCompute: tail?.keptCompute ?? 0,
      ...this.#host(columns),
      headPath: most.head,
      headCompute: mean(sum.head),
      send: this.#meets ? most.send : mean(sum.send),
    };
  }

  /** The path has at least the data group with the fewest sequences on it. */
  #host({ passes, busy, sequences }: PassColumns): Pick<PassFloor, "hostPath" | "hostCompute" | "hostLayer"> {
    const { step, layer, request } = this.#stepOverhead;
    const each = passes * atLeast(step);
    const ofGroups = busy.map((passesOfGroup, group) => request * passesOfGroup * sequences[group]!);
    const mean = ofGroups.reduce((sum, seconds) => sum + seconds, 0) / ofGroups.length;
    return { hostPath: each + Math.min(...ofGroups), hostCompute: each + mean, hostLayer: passes * layer };
  }

  #attention({ qkv, corePrefill, coreDecode, output }: LayerKernels["attention"], columns: PassColumns, group: number, windowed: boolean) {
    const core: AttentionShape = columns.phase === "prefill" ? corePrefill : coreDecode;
    const tokens = columns.newTokens[group]!;
    const chunks = columns.phase === "prefill" ? chunksOf(tokens, this.#chunks.attention) : 1;
    qkv.rows = tokens / chunks;
    output.rows = tokens / chunks;
    core.sequences = columns.sequences[group]!;
    core.newTokens = tokens;
    core.contextTokens = (windowed ? columns.windowedContextTokens : columns.contextTokens)[group]!;
    core.pairs = (windowed ? columns.windowedPairs : columns.pairs)[group]!;
    const projections = (this.#model.seconds(qkv) + this.#model.seconds(output)) * chunks;
    return atLeast(projections + this.#model.seconds(core) + this.#again(columns.reprojectedTokens?.[group] ?? 0, chunks));
  }

  /** Seconds of projecting the keys and values of so many tokens anew. */
  #again(tokens: number, chunks: number): number {
    if (tokens === 0) return 0;
    this.#keysValues.rows = tokens / (chunks - 1);
    return this.#model.seconds(this.#keysValues) * (chunks - 1);
  }

  #linear(shape: LinearShape, rows: number, chunks: number): number {
    shape.rows = rows / chunks;
    return atLeast(this.#model.seconds(shape) * chunks);
  }

  #feedForward({ up, down }: FeedForward<LinearShape>, rows: number, chunks: number): number {
    up.rows = rows / chunks;
    down.rows = rows / chunks;
    return atLeast((this.#model.seconds(up) + this.#model.seconds(down)) * chunks);
  }
}
