import { Problems, type Scenario } from "@tokenyard/scenario";
import { planFacts } from "../plan-facts.ts";
import { type Choice, scenarioWith } from "./choice.ts";
import { type Bounds, glanceAt, type Unfit } from "./lower-bounds.ts";

/**
 * Bounds of the reports of one scenario under load: which requests meet in a pass is known only when it runs, so that nothing is known of
 * its times, but whether the plan can be, as its memory must hold weights and a cache, and how many GPUs it has.
 */
export class LoadBounds {
  readonly #base: Scenario;

  constructor(base: Scenario) {
    this.#base = base;
  }

  /** No more than its GPUs. */
  outline(choice: Choice): Bounds {
    return glanceAt(this.#base, choice);
  }

  of(choice: Choice): Bounds | Unfit {
    try {
      planFacts(scenarioWith(this.#base, choice));
    } catch (error) {
      if (error instanceof Problems) return { problems: error.problems };
      throw error;
    }
    return glanceAt(this.#base, choice);
  }
}
