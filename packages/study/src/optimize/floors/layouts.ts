import { compilePlan, type Plan, weightBytesOf } from "@tokenyard/placement";
import type { Scenario } from "@tokenyard/scenario";
import { type Choice, scenarioWith } from "../space/choice.ts";
import type { NetworkFloor } from "./network-floor.ts";
import { type Pipeline, pipelineOf, stageLayers } from "./pipeline-floor.ts";

/** Assignment of layers to ranks, independent of the number of replicas. */
export interface Layout {
  /** Plan for one number of replicas. */
  readonly plan: Plan;
  readonly pipeline: Pipeline;
  /** Bytes on the rank that holds most. */
  readonly weights: number;
}

/** Layouts of choices with the same degrees, each created once: they differ in stages and slices. */
export class Layouts {
  readonly #base: Scenario;
  readonly #network: NetworkFloor;
  readonly #known: { readonly choice: Choice; readonly layout: Layout }[] = [];

  constructor(base: Scenario, network: NetworkFloor) {
    this.#base = base;
    this.#network = network;
  }

  of(choice: Choice): Layout {
    for (const known of this.#known) if (isOneLayout(known.choice, choice)) return known.layout;
    const scenario = scenarioWith(this.#base, choice);
    const plan = compilePlan(scenario);
    const distance = (plan.stages - 1) * plan.ranksPerStage;
    const returnSeconds = distance === 0 ? 0 : this.#network.latencySeconds(distance);
    const pipeline = pipelineOf(stageLayers(scenario.model, plan), plan.interleave, returnSeconds);
    const layout = { plan, pipeline, weights: weightBytesOf(scenario, plan).reduce((most, bytes) => Math.max(most, bytes), 0) };
    this.#known.push({ choice, layout });
    return layout;
  }
}

function isOneLayout(a: Choice, b: Choice): boolean {
  return a.pipeline === b.pipeline && a.layers === b.layers && a.interleave === b.interleave;
}
