import { computeProblems } from "@tokenyard/cluster";
import { modelProblems } from "@tokenyard/model";
import type { Problem, Scenario } from "@tokenyard/scenario";
import { isImpossible, type Parameters, type Point } from "../point.ts";
import { type Choice, parametersOf, scenarioWith } from "./choice.ts";
import { mostDropped } from "./constraint.ts";
import { Foreknowledge } from "./foreknowledge.ts";
import { foreseen } from "./foreseen.ts";
import { foretold } from "./foretold.ts";
import { LowerBounds } from "./lower-bounds.ts";
import type { Question } from "./question.ts";
import { choicesOf, type SpaceOptions } from "./space.ts";

/** What is known of a choice before any run. `hopeless`: provably, it does not hold a constraint. */
export type Prospect =
  | { readonly status: "infeasible"; readonly problems: readonly Problem[] }
  | { readonly status: "hopeless" }
  | ({ readonly status: "open" } & OpenProspect);

export interface OpenProspect {
  /** Its place in the order of choices. */
  readonly index: number;
  /** The scenario whose plan is chosen, with the parameters that set it apart. */
  readonly variant: Point;
  readonly choice: Choice;
  /** [objectives] no less than these, the less the better. */
  readonly costs: readonly number[];
}

/** The prospects of every choice of every variant, in order. Without `prune`, whatever fits in memory is open and may cost nothing. */
export function* prospectsOf(variants: Iterable<Point>, question: Question, space: SpaceOptions, prune: boolean): Generator<Prospect> {
  let index = 0;
  for (const variant of variants) {
    if (isImpossible(variant.scenario)) {
      index++;
      yield { status: "infeasible", problems: variant.scenario.problems };
      continue;
    }
    const foresee = foresight(variant.scenario, question, prune);
    for (const choice of choicesOf(variant.scenario, space)) {
      const prospect = foresee(choice);
      yield "costs" in prospect ? { ...prospect, status: "open", index, variant, choice } : prospect;
      index++;
    }
  }
}

type Foreseen = { readonly costs: readonly number[] } | Exclude<Prospect, { readonly status: "open" }>;

/** A function that tells the prospect of a choice of `scenario`. */
function foresight(scenario: Scenario, { objectives, constraints }: Question, prune: boolean): (choice: Choice) => Foreseen {
  const problems = [...modelProblems(scenario.model), ...computeProblems(scenario.cluster, scenario.model)];
  if (problems.length > 0) return () => ({ status: "infeasible", problems });
  const bounds = new LowerBounds(scenario, mostDropped(constraints));
  const foreknowledge = new Foreknowledge();
  const nothing = objectives.map(() => Number.NEGATIVE_INFINITY);
  return (choice) => {
    const bound = bounds.of(choice);
    if ("problems" in bound) return { status: "infeasible", problems: bound.problems as readonly Problem[] };
    if (!prune) return { costs: nothing };
    const known = foreknowledge.of(scenarioWith(scenario, choice), bound);
    if (constraints.some(({ syntax }) => foretold(syntax, known) === false)) return { status: "hopeless" };
    return {
      costs: objectives.map(({ syntax, better }) => {
        const { low, high } = foreseen(syntax, known);
        return better === "less" ? low : -high;
      }),
    };
  };
}

/** The point that runs a prospect. */
export function pointOf({ variant, choice }: OpenProspect, index: number): Point {
  return { index, parameters: prospectParameters(variant, choice), scenario: scenarioWith(variant.scenario as Scenario, choice) };
}

function prospectParameters(variant: Point, choice: Choice): Parameters {
  return { ...variant.parameters, ...parametersOf(choice) };
}
