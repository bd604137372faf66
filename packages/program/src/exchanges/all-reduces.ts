import { nsFromSeconds } from "@tokenyard/engine";
import { reducesCopies } from "@tokenyard/placement";
import type { ExpertLoad } from "../experts/expert-load.ts";
import type { NormAlong } from "../ops/norm-along.ts";
import type { OpCost } from "../ops/op-cost.ts";
import type { ExchangeSpec } from "./exchange-spec.ts";
import { ReduceTimes } from "./reduce-times.ts";

/** The all-reduces of a pass: of activations over the ranks of a data group, and of experts' outputs over those that share them. */
export class AllReduces {
  readonly #spec: ExchangeSpec;
  /** Bytes of one token. */
  readonly #bytes: number;
  /** Cost of the norm that an all-reduce includes. */
  readonly #norm: NormAlong | undefined;
  /** Whether layers have shared experts. */
  readonly #hasShared: boolean;
  /** [experts' ranks] tokens that reach each */
  readonly #results: Float64Array;
  /** [replicas × stages][experts' ranks] */
  readonly #times: (readonly ReduceTimes[] | undefined)[] = [];
  /** [replicas × stages][data groups][tensor] ranks of a data group that hold sums of other experts: those with the same place among the ranks of an expert. */
  readonly #closing: (readonly (readonly Int32Array[])[] | undefined)[] = [];

  constructor(spec: ExchangeSpec, bytesOfToken: number, norm: NormAlong | undefined, hasShared: boolean) {
    this.#spec = spec;
    this.#bytes = bytesOfToken;
    this.#norm = norm;
    this.#hasShared = hasShared;
    this.#results = new Float64Array(spec.plan.expert);
  }

  /**
   * All-reduces the activations of each data group over its ranks on `stage`, with the norm after it if it is fused. `tokens` [data groups]
   */
  activations(tokens: Float64Array, stage: number, cost: OpCost, withNorm: boolean): void {
    const { attention } = this.#spec.links[stage]!;
    this.#reduce(tokens, cost, withNorm, (bytes, group) => this.#spec.network.allReduceSeconds(bytes, attention[group]!, cost));
  }

  #reduce(tokens: Float64Array, cost: OpCost, withNorm: boolean, seconds: (bytes: number, group: number) => number): void {
    const { attentionTensor, dataGroups } = this.#spec.plan;
    cost.ranksEach = attentionTensor;
    for (let group = 0, rank = 0; group < dataGroups; group++) {
      const reduced = seconds(tokens[group]! * this.#bytes, group);
      const normed = withNorm ? tokens[group]! * this.#norm!.secondsPerToken : 0;
      const normBytes = withNorm ? tokens[group]! * this.#norm!.bytesPerToken : 0;
      cost.memoryBytes += normBytes * attentionTensor;
      const duration = nsFromSeconds(reduced + normed);
      for (let i = 0; i < attentionTensor; i++) cost.durationNs[rank++] = duration;
      if (withNorm && cost.rankBytes.length > 0) cost.rankBytes[group] = normBytes;
    }
  }

  /**
   * Adds up the experts' results of each data group on `stage`. If all ranks of an expert return its whole sum, ranks at the same index in
   * each expert add up theirs; with shared experts, which are split over all ranks, all do, and each adds 1/tensor of its experts' sums.
   * `tokens` [data groups]
   */
  results(tokens: Float64Array, stage: number, cost: OpCost, withNorm: boolean): void {
    const { plan } = this.#spec;
    if (!reducesCopies(plan) || this.#hasShared) {
      this.activations(tokens, stage, cost, withNorm);
      return;
    }
    const closing = this.#closingOf(stage);
    this.#reduce(tokens, cost, withNorm, (bytes, group) => {
      let longest = 0;
      for (const ranks of closing[group]!) longest = Math.max(longest, this.#spec.network.allReduceSeconds(bytes, ranks, cost));
      return longest;
    });
  }

  /**
   * All-reduces the experts' outputs over the ranks of `stage` that share them. If an attention group is a tensor group, the shared
   * experts' outputs for its own tokens are included. `tokens` [data groups]; undefined without such experts
   */
  experts({ visits, rankRows }: ExpertLoad, tokens: Float64Array | undefined, stage: number, cost: OpCost): void {
    const { expert, tensor, attentionTensor, sharedTensor } = this.#spec.plan;
    const times = this.#timesOf(stage);
    const results = visits === undefined ? rankRows : this.#results;
    visits?.ranks.sumRows(visits.toRanks, results); // tokens, each once: a rank's results for one token are added up before they are reduced
    const withShared = attentionTensor === tensor && sharedTensor > 1 && this.#hasShared;
    for (let e = 0, rank = 0; e < expert; e++) {
      const outputs = results[e]! + (withShared ? tokens![e]! : 0);
      const duration = times[e]!.ns(outputs, cost);
      for (let j = 0; j < tensor; j++) cost.durationNs[rank++] = duration;
    }
  }

  #closingOf(stage: number): readonly (readonly Int32Array[])[] {
    const { plan, links } = this.#spec;
    this.#closing[stage] ??= [...links[stage]!.attention].map((ranks) =>
      Array.from({ length: plan.tensor }, (_, place) => Int32Array.from(ranks).filter((_rank, i) => i % plan.tensor === place)),
    );
    return this.#closing[stage]!;
  }

  #timesOf(stage: number): readonly ReduceTimes[] {
    const known = this.#times[stage];
    if (known !== undefined) return known;
    const { network, plan, links } = this.#spec;
    const byNodes = new Map<string, ReduceTimes>(); // groups with the same distribution over nodes take the same time
    const made = links[stage]!.tensor.map((ranks) => {
      const nodes = [...ranks].map((rank) => Math.floor(rank / plan.gpusPerNode));
      const key = nodes.map((node) => nodes.indexOf(node)).join();
      const times = byNodes.get(key) ?? new ReduceTimes(network, ranks, this.#bytes);
      byNodes.set(key, times);
      return times;
    });
    this.#times[stage] = made;
    return made;
  }
}
