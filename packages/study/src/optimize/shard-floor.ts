import type { KernelModel } from "@tokenyard/cluster";
import {
  bytesOf,
  type ChunkTokens,
  chunksOf,
  chunkTokensOf,
  type FeedForward,
  type LayerKernels,
  type LinearShape,
  layerKernels,
  precisionsOf,
  quantisedBefore,
} from "@tokenyard/model";
import { type Plan, reducesTokens } from "@tokenyard/placement";
import { type StepOverhead, stepOverheadOf } from "@tokenyard/program";
import { fusionOf, type Scenario } from "@tokenyard/scenario";
import { ExpertFloor } from "./expert-floor.ts";
import { atLeast, kernelFloor } from "./kernel-floor.ts";
import type { LeastTraffic, NetworkFloor } from "./network-floor.ts";
import type { PassColumns } from "./pass-columns.ts";
import type { PassFloor } from "./pass-floor.ts";

/** Seconds that one data group takes at least in the mean over passes, of one layer, the head and the send. */
interface GroupFloor {
  readonly full: number;
  readonly windowed: number;
  readonly gate: number;
  readonly shared: number;
  readonly dense: number;
  readonly reduce: number;
  readonly head: number;
  readonly send: number;
}

const MOST_PASSES = 1_048_576; // of a span; more would only be remembered as one another

/** What passes take at least on the ranks of one stage, whatever its layers, for given expert, tensor and attention degrees. */
export class ShardFloor {
  readonly experts: ExpertFloor | undefined;
  readonly #plan: Plan;
  readonly #kernels: LayerKernels;
  readonly #model: KernelModel;
  readonly #chunks: ChunkTokens;
  readonly #stepOverhead: StepOverhead;
  readonly #reduce: LeastTraffic | undefined;
  readonly #send: LeastTraffic;
  readonly #prefills = new Map<number, GroupFloor>();
  readonly #decodes = new Map<number, GroupFloor>();
  /** Of one token, as all-reduces and sends carry it. */
  readonly #tokenBytes: number;
  /** Whether the groups of a stage meet in every layer; leading dense layers of a model with experts let them run apart. */
  readonly #meets: boolean;

  constructor(scenario: Scenario, plan: Plan, network: NetworkFloor) {
    const { model, cluster } = scenario;
    this.#plan = plan;
    const kernels = layerKernels(model, plan, cluster.gpu);
    this.#kernels = fusionOf(scenario.serving).quantise === undefined ? kernels : quantisedBefore(kernels);
    this.#model = kernelFloor(cluster);
    this.#chunks = chunkTokensOf(scenario.serving);
    this.#stepOverhead = stepOverheadOf(scenario.serving);
    this.#reduce = plan.attentionTensor > 1 ? network.allReduce(plan.attentionTensor) : undefined;
    this.#send = network.send(plan.ranksPerStage);
    this.#tokenBytes = model.hiddenSize * bytesOf(precisionsOf(model).collectives);
    this.experts = this.#kernels.experts && new ExpertFloor(scenario, plan, this.#kernels.experts, network);
    this.#meets = plan.dataGroups === 1 || model.dense === undefined;
  }

  of(columns: PassColumns): PassFloor {
    const { dataGroups } = this.#plan;
    const { passes, busy, sequences, newTokens } = columns;
    const { layer, promptStep, prompt, promptToken } = this.#stepOverhead;
    const isPrefill = columns.phase === "prefill";
    const step = this.#stepOverhead.step + (isPrefill ? promptStep : 0);
    const request = this.#stepOverhead.request + (isPrefill ? prompt : 0); // a batch computes its prompts whole, in one pass

    const most = { full: 0, windowed: 0, head: 0, send: 0, shared: 0 };
    const sum = { full: 0, windowed: 0, gate: 0, shared: 0, dense: 0, denseReduce: 0, head: 0, send: 0, host: 0 };
    let leastHost = Number.POSITIVE_INFINITY; // the path has at least the data group with the fewest sequences on it
    for (let group = 0; group < dataGroups; group++) {
      const own = busy[group]!;
      const host = own * (request * sequences[group]! + (isPrefill ? promptToken * newTokens[group]! : 0));
      sum.host += host;
      leastHost = Math.min(leastHost, host);
      if (own === 0) continue;
      const { full, windowed, gate, shared, dense, reduce, head, send } = this.#group(columns, group);
      const closing = reducesTokens(this.#plan) ? reduce : 0;
      most.full = Math.max(most.full, own * (full + reduce + gate + closing));
      most.windowed = Math.max(most.windowed, own * (windowed + reduce + gate + closing));
      most.head = Math.max(most.head, own * head);
      most.send = Math.max(most.send, own * send);
      most.shared = Math.max(most.shared, own * shared);
      sum.full += own * full;
      sum.windowed += own * windowed;
      sum.gate += own * gate;
      sum.shared += own * shared;
      sum.dense += own * dense;
      sum.denseReduce += 2 * own * reduce;
      sum.head += own * head;
      sum.send += own * send;
    }

    const mean = (total: number) => total / dataGroups;
    const tail = this.experts?.of(columns, mean(sum.shared), most.shared);
    const always = tail?.path ?? 0;
    const computed = mean(sum.gate + sum.shared) + (tail?.compute ?? 0);
    return {
      path: [
        mean(sum.full + sum.dense + sum.denseReduce),
        mean(sum.windowed + sum.dense + sum.denseReduce),
        most.full + always,
        most.windowed + always,
      ],
      entry: [0, 0, most.full, most.windowed],
      compute: [mean(sum.full + sum.dense), mean(sum.windowed + sum.dense), mean(sum.full) + computed, mean(sum.windowed) + computed],
      keptPath: tail?.keptPath ?? 0,
      keptCompute: tail?.keptCompute ?? 0,
      hostPath: passes * atLeast(step) + leastHost,
      hostCompute: passes * atLeast(step) + mean(sum.host),
      hostLayer: passes * layer,
      headPath: most.head,
      headCompute: mean(sum.head),
      send: this.#meets ? most.send : mean(sum.send),
    };
  }

  /**
   * Of one pass of a data group. Lone sequences are remembered: they come again wherever a batch is dealt out thin. Halves of prompts are not: they
   * attend to more than a prompt of their length.
   */
  #group(columns: PassColumns, group: number): GroupFloor {
    const isPrefill = columns.phase === "prefill";
    if (columns.sequences[group] !== 1 || (isPrefill && columns.reprojectedTokens === undefined)) return this.#groupFloor(columns, group);
    const known = isPrefill ? this.#prefills : this.#decodes;
    const key = isPrefill ? columns.newTokens[group]! : columns.contextTokens[group]! * MOST_PASSES + columns.busy[group]!;
    const floor = known.get(key) ?? this.#groupFloor(columns, group);
    known.set(key, floor);
    return floor;
  }

  #groupFloor(columns: PassColumns, group: number): GroupFloor {
    const { attention, gate, shared, dense, head } = this.#kernels;
    const tokens = columns.newTokens[group]!;
    const chunks = columns.phase === "prefill" ? chunksOf(tokens, this.#chunks.feedForward) : 1; // a mean over passes tells no chunks
    const carried = ({ secondsPerByte, latencySeconds }: LeastTraffic) =>
      atLeast(tokens * this.#tokenBytes * secondsPerByte + latencySeconds);
    const full = this.#attention(attention, columns, group, false);
    return {
      full,
      windowed: columns.windowedPairs === columns.pairs ? full : this.#attention(attention, columns, group, true),
      gate: gate === undefined ? 0 : this.#linear(gate, tokens, chunks),
      shared: shared === undefined ? 0 : this.#feedForward(shared, tokens, chunks),
      dense: dense === undefined ? 0 : this.#feedForward(dense, tokens, chunks),
      reduce: this.#reduce === undefined ? 0 : carried(this.#reduce),
      head: head === undefined ? 0 : this.#linear(head, columns.sequences[group]!, 1),
      send: carried(this.#send),
    };
  }

  #attention(kernels: LayerKernels["attention"], columns: PassColumns, group: number, windowed: boolean) {
    const { projections, prefill, decode, output } = kernels;
    const isPrefill = columns.phase === "prefill";
    const { core } = isPrefill ? prefill : decode;
    const tokens = columns.newTokens[group]!;
    const chunks = isPrefill ? chunksOf(tokens, this.#chunks.attention) : 1;
    const matrices = [...projections, ...(isPrefill ? [] : [...decode.before, ...decode.after]), output];
    core.sequences = columns.sequences[group]!;
    core.newTokens = tokens;
    core.contextTokens = (windowed ? columns.windowedContextTokens : columns.contextTokens)[group]!;
    core.pairs = (windowed ? columns.windowedPairs : columns.pairs)[group]!;
    const projected = this.#sum(matrices, tokens / chunks) * chunks;
    const expanded = isPrefill ? this.#sum(prefill.expansions, core.contextTokens) : 0;
    const again = this.#again(kernels, columns.reprojectedTokens?.[group] ?? 0, chunks);
    return atLeast(projected + expanded + this.#model.seconds(core) + again);
  }

  #sum(matrices: readonly LinearShape[], rows: number): number {
    let seconds = 0;
    for (const matrix of matrices) {
      matrix.rows = rows;
      seconds += this.#model.seconds(matrix);
    }
    return seconds;
  }

  /** Seconds of making the keys and values of so many tokens anew. */
  #again({ keysValues }: LayerKernels["attention"], tokens: number, chunks: number): number {
    return tokens === 0 ? 0 : this.#sum(keysValues, tokens / (chunks - 1)) * (chunks - 1);
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
