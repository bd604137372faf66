import type { Traffic } from "@tokenyard/cluster";
import { nsFromSeconds } from "@tokenyard/engine";
import type { OpCost } from "../ops/op-cost.ts";
import type { ExchangeSpec } from "./exchange-spec.ts";

/**
 * The reduce-scatter of each data group's activations that leaves each of its ranks with whole ones of a part of the tokens, and the all-gather
 * after which all have those of all. Parts are as large as each other, the last ones padded. Source: docs/models/exchanges.md#sequence-parallel-exchanges.
 */
export class SplitActivations {
  readonly #spec: ExchangeSpec;
  /** Bytes of one token. */
  readonly #bytes: number;
  /** [ranks of a data group] bytes of each part */
  readonly #parts: Float64Array;

  constructor(spec: ExchangeSpec, bytesOfToken: number) {
    this.#spec = spec;
    this.#bytes = bytesOfToken;
    this.#parts = new Float64Array(spec.plan.attentionTensor);
  }

  /** `tokens` [data groups] on `stage`. */
  time(tokens: Float64Array, stage: number, cost: OpCost & Traffic, isScatter: boolean): void {
    const { attentionTensor, dataGroups } = this.#spec.plan;
    const { attention } = this.#spec.links[stage]!;
    for (let group = 0, rank = 0; group < dataGroups; group++) {
      this.#parts.fill(Math.ceil(tokens[group]! / attentionTensor) * this.#bytes);
      const duration = nsFromSeconds(this.#spec.network.allGatherSeconds(this.#parts, attention[group]!, cost, isScatter));
      for (let i = 0; i < attentionTensor; i++) cost.durationNs[rank++] = duration;
    }
  }
}
