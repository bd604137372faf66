import { nsFromSeconds } from "@tokenyard/engine";
import { expertSlotBytes } from "@tokenyard/placement";
import type { Scenario } from "@tokenyard/scenario";
import type { ExchangeSpec } from "./exchange-spec.ts";

/** Cost for the ranks of a stage to receive the weights of experts that moved to them. */
export interface MoveCost {
  /** [ranks of the stage] */
  readonly durationNs: Float64Array;
  nodeBytes: number;
  fabricBytes: number;
  /** Seconds of ranks whose moves lie inside the grid of measured tables. */
  tabledSeconds: number;
  /** Bytes of weights that were received from any source. */
  bytes: number;
}

export interface ExpertMovesSpec extends ExchangeSpec {
  readonly scenario: Scenario;
}

/** Times the moves of experts between the ranks of a stage, or to them from hosts or disks. Source: docs/models/routing.md#rebalancing. */
export class ExpertMoves {
  readonly #spec: ExpertMovesSpec;
  readonly #slotBytes: number;
  /** [experts' ranks × experts' ranks] */
  readonly #bytes: Float64Array;
  readonly #seconds: Float64Array; // [experts' ranks]
  readonly #traffic = { nodeBytes: 0, fabricBytes: 0, tabledSeconds: 0 };
  /** [replicas × stages][tensor] ranks that hold the same part of experts, one of each experts' rank */
  readonly #groups: readonly (readonly Int32Array[])[];

  constructor(spec: ExpertMovesSpec) {
    const { plan, scenario, links } = spec;
    this.#spec = spec;
    this.#slotBytes = expertSlotBytes(scenario, plan);
    this.#bytes = new Float64Array(plan.expert * plan.expert);
    this.#seconds = new Float64Array(plan.expert);
    this.#groups = links.map(({ firstRank }) =>
      Array.from({ length: plan.tensor }, (_, part) =>
        Int32Array.from({ length: plan.expert }, (_, e) => firstRank + e * plan.tensor + part),
      ),
    );
  }

  /** Fills `cost` for moves of `slots` [experts' ranks × experts' ranks] experts from row to column on stage number `stage`. */
  time(slots: Float64Array, stage: number, cost: MoveCost): void {
    const { plan, scenario, network } = this.#spec;
    const { expert, tensor } = plan;
    const { from } = scenario.rebalance!;
    cost.nodeBytes = 0;
    cost.fabricBytes = 0;
    cost.tabledSeconds = 0;
    cost.bytes = 0;
    for (let at = 0; at < slots.length; at++) {
      this.#bytes[at] = slots[at]! * this.#slotBytes;
      cost.bytes += this.#bytes[at]! * tensor;
    }
    for (let part = 0; part < tensor; part++) {
      if (from.kind === "peers") {
        this.#traffic.nodeBytes = 0;
        this.#traffic.fabricBytes = 0;
        this.#traffic.tabledSeconds = 0;
        network.allToAllSeconds(this.#bytes, this.#groups[stage]![part]!, this.#seconds, this.#traffic);
        cost.nodeBytes += this.#traffic.nodeBytes;
        cost.fabricBytes += this.#traffic.fabricBytes;
        cost.tabledSeconds += this.#traffic.tabledSeconds;
      } else this.#load(from.bandwidth);
      for (let e = 0; e < expert; e++) cost.durationNs[e * tensor + part] = nsFromSeconds(this.#seconds[e]!);
    }
  }

  /** Each rank reads its incoming experts through a link of its own. */
  #load(bytesPerSecond: number): void {
    const { expert } = this.#spec.plan;
    for (let to = 0; to < expert; to++) {
      let bytes = 0;
      for (let from = 0; from < expert; from++) bytes += this.#bytes[from * expert + to]!;
      this.#seconds[to] = bytes / bytesPerSecond;
    }
  }
}
