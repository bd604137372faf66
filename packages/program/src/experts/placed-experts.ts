import type { KernelModel } from "@tokenyard/cluster";
import { chunkTokensOf, layerKernels } from "@tokenyard/model";
import type { ExpertSlots, Plan } from "@tokenyard/placement";
import { fusionOf, type Scenario } from "@tokenyard/scenario";
import { KernelClock } from "../kernels/kernel-clock.ts";
import { createOpCost, type OpCost } from "../ops/op-cost.ts";
import { PaddedRows } from "./padded-rows.ts";
import { RoutedExperts } from "./routed-experts.ts";

/** Times of the experts of a layer for a hypothetical placement. */
export class PlacedExperts {
  readonly #experts: RoutedExperts;
  readonly #cost: OpCost;
  readonly #rows = new PaddedRows();

  constructor(scenario: Scenario, plan: Plan, kernels: KernelModel) {
    const { model, cluster, serving } = scenario;
    const shapes = layerKernels(model, plan, cluster.gpu).experts!;
    const clock = new KernelClock(kernels);
    this.#experts = new RoutedExperts(plan, shapes, model.experts!.matrices, fusionOf(serving), clock, chunkTokensOf(serving));
    this.#cost = createOpCost(plan.ranksPerStage);
  }

  /**
   * Nanoseconds of the slowest rank for the mean of `visits` visits that bring `loads` [experts] copies in all, shared evenly by an
   * expert's slots.
   */
  fullestNs(loads: Float64Array, visits: number, slots: ExpertSlots): number {
    const { expertIn, firstOf } = slots;
    const rows = Float64Array.from(expertIn, (x) => (x < 0 ? 0 : loads[x]! / visits / (firstOf[x + 1]! - firstOf[x]!)));
    this.#rows.fill(rows, 0, slots);
    this.#experts.fill({ computed: this.#rows, slots }, this.#cost);
    return this.#cost.durationNs.reduce((most, ns) => Math.max(most, ns), 0);
  }
}
