import { type Plan, requestBytes } from "@tokenyard/placement";
import { type MemoryLoad, mostWorkspaceOf } from "@tokenyard/program";
import type { Scenario } from "@tokenyard/scenario";

/** Largest memory load of a batch, on any stages: most plans have far more room, and need no check of each rank. */
export class MemoryRoom {
  readonly #limit: number;
  readonly #workspace: number;
  /** Bytes of the fullest cache in one layer. */
  readonly #layerCache: number;

  constructor(scenario: Scenario, plan: Plan, load: MemoryLoad) {
    const { memory, memoryShare } = scenario.cluster.gpu;
    this.#limit = memory * memoryShare * (1 - 1e-9);
    this.#workspace = mostWorkspaceOf(scenario, plan, load);
    this.#layerCache = mostOfLayer(scenario, plan) * load.kvTokens.reduce((most, tokens) => Math.max(most, tokens), 0);
  }

  /** Whether it surely fits, given the weights of the fullest rank; if that is not sure, `memoryOf` decides. */
  holds(plan: Plan, weights: number): boolean {
    let layers = 0;
    for (const own of plan.layersOfStage) layers = Math.max(layers, own.length);
    return weights + layers * this.#layerCache + this.#workspace <= this.#limit;
  }
}

/** Bytes of a token in one layer of the stage whose layers keep most. */
function mostOfLayer(scenario: Scenario, plan: Plan): number {
  const kept = requestBytes(scenario, plan);
  return plan.layersOfStage.reduce((most, { length }, stage) => (length === 0 ? most : Math.max(most, kept[stage]!.token / length)), 0);
}
