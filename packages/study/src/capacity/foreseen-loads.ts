import type { Scenario } from "@tokenyard/scenario";
import { Estimates } from "../optimize/estimates/estimate.ts";
import { estimated } from "../optimize/estimates/estimated.ts";
import { formulaLimits } from "../optimize/formula/formula-limits.ts";
import type { PlanTimes } from "../optimize/formula/plan-times.ts";
import { Foreknowledge } from "../optimize/questions/foreknowledge.ts";
import { foretold } from "../optimize/questions/foretold.ts";
import type { Impossible } from "../points/point.ts";
import { isImpossible } from "../points/point.ts";
import type { Bracket } from "./highest.ts";
import type { Requirement } from "./requirement.ts";
import type { Trial } from "./trial.ts";

/** The load at which a search began by the formula of loads, or why it began at the scenario's own. */
export interface ForeseenStart {
  /** The first load that was tried. */
  readonly began: number;
  /** Loads from the scenario's own to that one, each twice the next, that were not tried. */
  readonly skipped: number;
  /** Whether that load holds and no load up to its double does, as the formula says. */
  readonly isRight: boolean;
  /** Parts of the scenario that the formula does not cover; empty if it was used. */
  readonly limits: readonly string[];
}

/** Loads of a scenario that hold by the formula of loads. Source: docs/optimize.md#the-formula */
export class ForeseenLoads {
  /** Why the formula does not know the loads; none where it does. */
  readonly limits: readonly string[];
  readonly #at: (value: number) => Scenario | Impossible;
  readonly #requirements: readonly Requirement[];
  readonly #foreknowledge = new Foreknowledge();
  readonly #times: PlanTimes | undefined;

  /** `at`: the scenario under a load. */
  constructor(scenario: Scenario, at: (value: number) => Scenario | Impossible, requirements: readonly Requirement[]) {
    const limits = formulaLimits(scenario);
    if (limits.length === 0 && requirements.length === 0) limits.push("loads without a condition");
    this.#at = at;
    this.#requirements = requirements;
    const times = limits.length > 0 ? undefined : new Estimates(scenario).timesOf("own", () => scenario);
    this.#times = times === undefined || "problems" in times ? undefined : times;
    this.limits = limits;
  }

  /** Whether a load holds; undefined where the formula does not say. */
  holds(value: number): boolean | undefined {
    const times = this.#times;
    const scenario = this.#at(value);
    if (times === undefined || isImpossible(scenario)) return undefined;
    const estimate = new Estimates(scenario).of(scenario, times);
    const known = this.#foreknowledge.of(
      () => scenario,
      estimated(estimate, 1, () => undefined),
    );
    const each = this.#requirements.map(({ syntax }) => (syntax === undefined ? undefined : foretold(syntax, known)));
    if (each.includes(false)) return false;
    return each.includes(undefined) ? undefined : true;
  }

  /** The beginning of a search with these trials. */
  startOf({ began }: Pick<Bracket, "began">, own: number, trials: readonly Pick<Trial, "value" | "holds">[]): ForeseenStart {
    let skipped = 0;
    for (let load = Math.min(own, began); load < Math.max(own, began) * (1 - SAME); load *= 2) skipped++;
    const isOwnTried = trials.some(({ value }) => value === own);
    const [first] = trials;
    const isOver = trials.some(({ value, holds }) => holds && value >= 2 * began * (1 - SAME));
    return { began, skipped: isOwnTried ? 0 : skipped, isRight: first?.holds === true && !isOver, limits: this.limits };
  }
}

/** Relative distance of two loads that count as one. */
const SAME = 1e-3;
