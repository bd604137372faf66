import { bytesOf, type ChunkTokens, chunkTokensOf, type LayerKernels, precisionsOf } from "@tokenyard/model";
import type { Plan } from "@tokenyard/placement";
import { leastSequenceCosts, type SequenceCosts } from "@tokenyard/program";
import type { Scenario } from "@tokenyard/scenario";
import type { PassColumns, PassKind } from "../batches/pass-columns.ts";
import { atLeast, kernelFloor } from "./kernel-floor.ts";
import type { LeastTraffic, NetworkFloor } from "./network-floor.ts";

// Indices of the results of `look`: seconds of one layer, and of the head.
export const FULL = 0;
export const WINDOWED = 1;
export const GATE = 2;
export const SHARED = 3;
export const DENSE = 4;
/** All-reduce after the attention, or after a dense layer. */
export const REDUCE = 5;
export const HEAD = 6;
/** Reduce-scatter after the attention, or all-gather after the combine, where each rank has a part of the tokens. */
export const GATHER = 7;
const WIDTH = 8;

const MOST_KNOWN = 16_384; // sequences that are remembered
const ONE_CHUNK: ChunkTokens = { attention: Number.POSITIVE_INFINITY, feedForward: Number.POSITIVE_INFINITY };

/**
 * Least seconds of one data group in the mean over passes, whatever shares its stage. Lone sequences are cached, as they recur in thinly
 * dealt batches.
 */
export class GroupFloors {
  /** Floors of the last group, from `at` on. */
  values: Float64Array = new Float64Array(WIDTH);
  at = 0;
  readonly #layer: LayerKernels;
  /** A mean over decode passes has no chunks. */
  readonly #costs: readonly [prefill: SequenceCosts, decode: SequenceCosts];
  readonly #reduce: LeastTraffic | undefined;
  /** Traffic of a byte of the whole buffer. */
  readonly #gather: LeastTraffic | undefined;
  readonly #tokenBytes: number;
  readonly #known: number;
  readonly #scratch = this.values;
  readonly #tables: { [kind in PassKind]?: Float64Array } = {};

  /** `sequences`: number of sequences. */
  constructor(scenario: Scenario, plan: Plan, network: NetworkFloor, sequences: number) {
    const kernels = kernelFloor(scenario.cluster);
    const prefill = leastSequenceCosts(scenario, plan, kernels, chunkTokensOf(scenario.serving));
    this.#layer = prefill.layer;
    this.#costs = [prefill.costs, leastSequenceCosts(scenario, plan, kernels, ONE_CHUNK).costs];
    this.#reduce = plan.attentionTensor > 1 ? network.allReduce(plan.attentionTensor) : undefined;
    this.#gather = plan.sequenceParallel === "none" ? undefined : network.allGather(plan.attentionTensor);
    this.#tokenBytes = tokenBytesOf(scenario);
    this.#known = sequences <= MOST_KNOWN ? sequences : 0;
  }

  /** Sets the floors to those of data group `group` of the columns, in the mean of one pass. */
  look(columns: PassColumns, group: number): void {
    const request = columns.lone[group]!;
    if (request < 0 || this.#known === 0) {
      this.values = this.#scratch;
      this.at = 0;
    } else {
      this.values = this.#tables[columns.kind] ?? this.#tableOf(columns.kind);
      this.at = request * WIDTH;
      if (!Number.isNaN(this.values[this.at]!)) return;
    }
    this.#fill(columns, group, this.values, this.at);
  }

  #tableOf(kind: PassKind): Float64Array {
    const table = new Float64Array(this.#known * WIDTH).fill(Number.NaN);
    this.#tables[kind] = table;
    return table;
  }

  #fill(columns: PassColumns, group: number, out: Float64Array, at: number): void {
    const { gate, shared, dense, head } = this.#layer;
    const costs = this.#costs[columns.phase];
    const full = atLeast(costs.seconds("attention", columns, group));
    const isAlike = columns.windowedPairs === columns.pairs;
    out[at + FULL] = full;
    out[at + WINDOWED] = isAlike ? full : atLeast(costs.seconds("windowed-attention", columns, group));
    out[at + GATE] = gate === undefined ? 0 : atLeast(costs.seconds("gate", columns, group));
    out[at + SHARED] = shared === undefined ? 0 : atLeast(costs.seconds("shared", columns, group));
    out[at + DENSE] = dense === undefined ? 0 : atLeast(costs.seconds("dense", columns, group));
    out[at + HEAD] = head === undefined ? 0 : atLeast(costs.seconds("head", columns, group));
    out[at + REDUCE] = this.#reduce === undefined ? 0 : carried(this.#reduce, columns.newTokens[group]! * this.#tokenBytes);
    out[at + GATHER] = this.#gather === undefined ? 0 : carried(this.#gather, columns.newTokens[group]! * this.#tokenBytes);
  }
}

/** Bytes of one token, as all-reduces and sends carry it. */
export function tokenBytesOf({ model }: Scenario): number {
  return model.hiddenSize * bytesOf(precisionsOf(model).collectives);
}

/** Least seconds for `bytes` bytes, rounded. */
export function carried({ secondsPerByte, latencySeconds }: LeastTraffic, bytes: number): number {
  return atLeast(bytes * secondsPerByte + latencySeconds);
}
