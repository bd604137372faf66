import type { NetworkModel } from "@tokenyard/cluster";
import { nsFromSeconds } from "@tokenyard/engine";
import type { Plan } from "@tokenyard/placement";
import type { RoutedLayer } from "./routed-layer.ts";
import type { StageLinks } from "./stage-links.ts";

export interface ExchangeSpec {
  readonly plan: Plan;
  readonly network: NetworkModel;
  /** [replicas × stages] */
  readonly links: readonly StageLinks[];
}

/** How long the data groups of a stage take to send each other their copies, or to send the results back. */
export class Exchange {
  readonly #spec: ExchangeSpec;
  /** Bytes of one token's activations. */
  readonly #tokenBytes: number;
  /** [data groups × data groups] bytes, from one to another */
  readonly #matrix: Float64Array;
  /** [data groups] */
  readonly #portSeconds: Float64Array;
  readonly #traffic = { nodeBytes: 0, fabricBytes: 0 };

  constructor(spec: ExchangeSpec, tokenBytes: number) {
    const { dataGroups } = spec.plan;
    this.#spec = spec;
    this.#tokenBytes = tokenBytes;
    this.#matrix = new Float64Array(dataGroups * dataGroups);
    this.#portSeconds = new Float64Array(dataGroups);
  }

  /** Times it for the copies of `routed`, on every rank of `stage`; groups that carry the same bytes between the same nodes are timed once. */
  time(routed: RoutedLayer, stage: number): void {
    const { attentionTensor, dataGroups } = this.#spec.plan;
    const { exchange } = this.#spec.links[stage]!;
    routed.exchangeTraffic.nodeBytes = 0;
    routed.exchangeTraffic.fabricBytes = 0;
    let share = -1;
    for (let i = 0; i < attentionTensor; i++) {
      const group = exchange[i]!;
      if (group.sameAs === i) {
        if (group.share !== share) this.#fillMatrix(routed.copies, group.share);
        share = group.share;
        this.#traffic.nodeBytes = 0;
        this.#traffic.fabricBytes = 0;
        this.#spec.network.allToAllSeconds(this.#matrix, group.ranks, this.#portSeconds, this.#traffic);
      }
      routed.exchangeTraffic.nodeBytes += this.#traffic.nodeBytes;
      routed.exchangeTraffic.fabricBytes += this.#traffic.fabricBytes;
      for (let g = 0; g < dataGroups; g++) {
        const at = g * attentionTensor + i;
        routed.exchangeNs[at] =
          group.sameAs === i ? nsFromSeconds(this.#portSeconds[g]!) : routed.exchangeNs[g * attentionTensor + group.sameAs]!;
      }
    }
  }

  /** Bytes from data group to data group, to the experts on place `share` of each. */
  #fillMatrix(copies: Float64Array, share: number): void {
    const { attentionTensor, tensor, dataGroups, expertsPerRank, expert } = this.#spec.plan;
    const expertRanks = attentionTensor / tensor; // of a data group
    const experts = expert * expertsPerRank;
    for (let from = 0; from < dataGroups; from++) {
      for (let to = 0; to < dataGroups; to++) {
        const first = from * experts + (to * expertRanks + share) * expertsPerRank;
        let sum = 0;
        for (let x = first; x < first + expertsPerRank; x++) sum += copies[x]!;
        this.#matrix[from * dataGroups + to] = sum * this.#tokenBytes;
      }
    }
  }
}
