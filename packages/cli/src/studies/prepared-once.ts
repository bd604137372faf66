import type { Scenario } from "@tokenyard/scenario";
import type { Setup } from "@tokenyard/simulator";

/** Setups of scenarios that are examined before they run: each is prepared once, and used by one run. */
export class PreparedOnce {
  readonly #prepare: (scenario: Scenario) => Setup;
  readonly #made = new Map<Scenario, Setup>();

  constructor(prepare: (scenario: Scenario) => Setup) {
    this.#prepare = prepare;
  }

  /** The setup of `scenario` for examination; the run uses the same one. */
  look(scenario: Scenario): Setup {
    const made = this.#made.get(scenario) ?? this.#prepare(scenario);
    this.#made.set(scenario, made);
    return made;
  }

  /** A setup to run. */
  take(scenario: Scenario): Setup {
    const made = this.#made.get(scenario) ?? this.#prepare(scenario);
    this.#made.delete(scenario);
    return made;
  }

  /** Discards unused setups. */
  forget(): void {
    this.#made.clear();
  }
}
