import { computeProblems, fitProblems } from "@tokenyard/cluster";
import { modelProblems } from "@tokenyard/model";
import type { Problem, Scenario } from "@tokenyard/scenario";
import { isImpossible, type Parameters, type Point } from "../point.ts";
import { type Alternative, alternativeParameters, alternativesOf, scenarioOf } from "./alternative.ts";
import { isDealt } from "./batch-scenario.ts";
import type { Choice } from "./choice.ts";
import { mostDropped } from "./constraint.ts";
import { Foreknowledge } from "./foreknowledge.ts";
import { foreseen } from "./foreseen.ts";
import { foretold } from "./foretold.ts";
import { glanceAtAny, LoadBounds } from "./load-bounds.ts";
import { type Bounds, LowerBounds, type Unfit } from "./lower-bounds.ts";
import type { Question } from "./question.ts";
import type { SpaceOptions } from "./space.ts";

/** What a choice may come to. `impossible`: there is no such plan. `hopeless`: provably, it does not hold a constraint. */
export type Outlook =
  | { readonly status: "open" /** [objectives] no less than these; the less the better. */; readonly costs: readonly number[] }
  | { readonly status: "hopeless" }
  | { readonly status: "impossible"; readonly problems: readonly Problem[] };

/** A choice that may win, as far as is known before it is run. */
export interface Prospect {
  /** Its place in the order of choices. */
  readonly index: number;
  readonly costs: readonly number[];
  /** What the costs come from: a first glance at its GPUs, what it has in common with others that share its batch, or all that can be known. */
  readonly known: "glance" | "outline" | "bounds";
  readonly choice: Alternative;
  readonly variant: Variant;
}

/** A scenario among whose plans is chosen. */
export interface Variant {
  readonly parameters: Parameters;
  readonly scenario: Scenario;
  glance(choice: Alternative): Outlook;
  /** What can be known of it at the price of a batch; choices that share degrees and batches are cheapest one after another. */
  outline(choice: Alternative): Outlook;
  /** All that can be known without a run; choices that share degrees and batches are cheapest one after another. */
  bound(choice: Alternative): Outlook;
}

/** Every choice of every variant at first glance, in order. Without `prune` all costs may be nothing. */
export function* prospectsOf(
  variants: Iterable<Point>,
  question: Question,
  space: SpaceOptions,
  prune: boolean,
): Generator<Prospect | Exclude<Outlook, { status: "open" }>> {
  let index = 0;
  for (const { parameters, scenario } of variants) {
    if (isImpossible(scenario)) {
      index++;
      yield { status: "impossible", problems: scenario.problems };
      continue;
    }
    const variant = variantOf(scenario, parameters, question, prune);
    for (const choice of alternativesOf(scenario, space)) {
      const outlook = variant.glance(choice);
      yield outlook.status === "open" ? { index, costs: outlook.costs, known: "glance", choice, variant } : outlook;
      index++;
    }
  }
}

/** The point that runs a prospect. */
export function pointOf({ variant, choice }: Prospect, index: number): Point {
  return { index, parameters: { ...variant.parameters, ...alternativeParameters(choice) }, scenario: scenarioOf(variant.scenario, choice) };
}

function variantOf(scenario: Scenario, parameters: Parameters, question: Question, prune: boolean): Variant {
  const problems = [
    ...modelProblems(scenario.model),
    ...computeProblems(scenario.cluster, scenario.model),
    ...fitProblems(scenario.cluster),
  ];
  const outlook = outlooks(scenario, question, prune);
  let made: BoundsOfChoices | undefined;
  const bounds = () => {
    made ??= isDealt(scenario) ? dealtBounds(new LowerBounds(scenario, mostDropped(question.constraints))) : new LoadBounds(scenario);
    return made;
  };
  return {
    parameters,
    scenario,
    glance: (choice) => (problems.length > 0 ? { status: "impossible", problems } : outlook(choice, glanceAtAny(scenario, choice))),
    outline: (choice) => outlook(choice, bounds().outline(choice)),
    bound: (choice) => {
      const found = bounds().of(choice);
      return "problems" in found ? { status: "impossible", problems: found.problems } : outlook(choice, found);
    },
  };
}

interface BoundsOfChoices {
  outline(choice: Alternative): Bounds;
  of(choice: Alternative): Bounds | Unfit;
}

/** A batch that is dealt out before it runs has no pools. */
function dealtBounds(bounds: LowerBounds): BoundsOfChoices {
  return { outline: (choice) => bounds.outline(choice as Choice), of: (choice) => bounds.of(choice as Choice) };
}

/** A function that tells the outlook of a choice of `scenario` from its bounds. */
function outlooks(
  scenario: Scenario,
  { objectives, constraints }: Question,
  prune: boolean,
): (choice: Alternative, bounds: Bounds) => Outlook {
  const foreknowledge = new Foreknowledge();
  const nothing: Outlook = { status: "open", costs: objectives.map(() => Number.NEGATIVE_INFINITY) };
  return (choice, bounds) => {
    if (!prune) return nothing;
    const known = foreknowledge.of(scenarioOf(scenario, choice), bounds);
    if (constraints.some(({ syntax }) => foretold(syntax, known) === false)) return { status: "hopeless" };
    const costs = objectives.map(({ syntax, better }) => {
      const { low, high } = foreseen(syntax, known);
      return better === "less" ? low : -high;
    });
    return { status: "open", costs };
  };
}
