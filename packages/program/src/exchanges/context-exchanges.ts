import { nsFromSeconds } from "@tokenyard/engine";
import { type LayerKernels, type MixerKernels, type Pass, pastTokens } from "@tokenyard/model";
import { type ContextExchangeWork, isOfPast, placeOf } from "../ops/op.ts";
import type { OpCost } from "../ops/op-cost.ts";
import type { ExchangeSpec } from "./exchange-spec.ts";

/** A log-sum-exp of one query head, in fp32. */
const SUM_BYTES = 4;

/** Bytes that a rank brings to each exchange. */
interface Shares {
  /** Bytes of a row: its queries (0 where each rank computes those of all), the log-sum-exps of the heads of all ranks, and the part of the results that each rank keeps. */
  readonly queries: number;
  readonly sums: number;
  readonly results: number;
  /** Bytes of an earlier cached token, all ranks together; 0 where prompts are handled like decoding sequences. */
  readonly past: number;
}

/**
 * Exchanges of ranks that share the contexts of sequences: each gathers the queries of all, unless it computes them itself, and the log-sum-exps of all parts; results are
 * reduce-scattered by heads. Prompts of latent attention gather their earlier cached rows. Source:
 * docs/models/attention.md#context-parallelism.
 */
export class ContextExchanges {
  readonly #spec: ExchangeSpec;
  /** [mixers] undefined where contexts stay whole */
  readonly #shares: readonly (Shares | undefined)[];
  /** [ranks that share contexts] */
  readonly #parts: Float64Array;

  constructor(spec: ExchangeSpec, { mixers }: LayerKernels) {
    this.#spec = spec;
    this.#shares = mixers.map(sharesOf);
    this.#parts = new Float64Array(spec.plan.context);
  }

  /** Sets `cost` to that of `work` of `pass` on `stage`. */
  time(work: ContextExchangeWork, pass: Pass, stage: number, cost: OpCost): void {
    const shares = this.#shares[placeOf(work)]!;
    const { attentionTensor, dataGroups, context } = this.#spec.plan;
    const isLate = shares.past > 0 && pass.phase === 0; // prompts meet in the op of their past
    const groups = attentionTensor / context;
    for (let group = 0, rank = 0; group < dataGroups; group++) {
      let rows = pass.rows[group]!;
      let past = 0;
      if (isLate) {
        rows = isOfPast(work) ? (pass.decoding?.newTokens[group] ?? 0) : 0;
        if (isOfPast(work)) past = pastTokens(pass, group);
      } else if (isOfPast(work)) rows = 0;
      for (let at = group * groups; at < (group + 1) * groups; at++) {
        const duration = nsFromSeconds(this.#seconds(work, shares, rows, past, this.#spec.links[stage]!.context[at]!, cost));
        for (let i = 0; i < context; i++) cost.durationNs[rank++] = duration;
      }
    }
  }

  #seconds(work: ContextExchangeWork, shares: Shares, rows: number, past: number, ranks: Int32Array, cost: OpCost): number {
    const gathers = !work.startsWith("context-results-");
    let seconds = this.#gather((past / ranks.length) * shares.past, ranks, cost);
    if (gathers && shares.queries > 0) seconds += this.#gather(rows * shares.queries, ranks, cost);
    if (gathers) seconds += this.#gather(rows * shares.sums, ranks, cost);
    if (!gathers || isOfPast(work)) seconds += this.#gather(rows * shares.results, ranks, cost, true);
    return seconds;
  }

  #gather(bytes: number, ranks: Int32Array, cost: OpCost, isScatter = false): number {
    return this.#spec.network.allGatherSeconds(this.#parts.fill(bytes), ranks, cost, isScatter);
  }
}

function sharesOf({ contextRanks = 1, gathersQueries, decode: { core }, prefill: { expansions } }: MixerKernels): Shares | undefined {
  if (contextRanks === 1) return undefined;
  const { heads, keySize, valueSize, cachedSize, activationBytes } = core;
  const own = heads / contextRanks;
  return {
    queries: gathersQueries === false ? 0 : own * keySize * activationBytes,
    sums: heads * SUM_BYTES,
    results: own * valueSize * activationBytes,
    past: expansions.length > 0 ? cachedSize * activationBytes : 0,
  };
}
