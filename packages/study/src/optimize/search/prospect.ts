import { computeProblems, fitProblems } from "@tokenyard/cluster";
import type { Syntax } from "@tokenyard/expression";
import { modelProblems } from "@tokenyard/model";
import { mayStop } from "@tokenyard/resilience";
import type { Problem, Scenario } from "@tokenyard/scenario";
import { isImpossible, type Parameters, type Point } from "../../points/point.ts";
import { isChosen } from "../../points/words.ts";
import { type Bounds, type BoundsOnTheWay, type Elapsed, LowerBounds, type Unfit } from "../bounds/lower-bounds.ts";
import { type Estimate, Estimates } from "../estimates/estimate.ts";
import { estimated } from "../estimates/estimated.ts";
import { glanceAtAny, LoadBounds, layoutTimes } from "../estimates/load-bounds.ts";
import { formulaLimits } from "../formula/formula-limits.ts";
import type { PlanTimes } from "../formula/plan-times.ts";
import { mostDropped } from "../questions/constraint.ts";
import { Foreknowledge } from "../questions/foreknowledge.ts";
import { type Foreknown, foreseen } from "../questions/foreseen.ts";
import { foretold } from "../questions/foretold.ts";
import { mostHeadroom } from "../questions/most-headroom.ts";
import type { Question } from "../questions/question.ts";
import { type Alternative, alternativeParameters, alternativesOf, scenarioOf } from "../space/alternative.ts";
import { type BatchScenario, isDealt } from "../space/batch-scenario.ts";
import type { Choice } from "../space/choice.ts";
import type { SpaceOptions } from "../space/space.ts";
import { runLimit } from "./run-limit.ts";

/** Possible result of a choice. `impossible`: there is no such plan. `hopeless`: provably, it does not hold a constraint. */
export type Outlook =
  | {
      readonly status: "open";
      /** [objectives] no less than these; the less the better. */
      readonly costs: readonly number[];
      /** Upper bound, if there is any. */
      readonly headroom?: number;
    }
  | { readonly status: "hopeless" }
  | { readonly status: "impossible"; readonly problems: readonly Problem[] };

/** A choice that may win, as far as is known before it is run. */
export interface Prospect {
  /** Place of the plan in the order of choices. */
  readonly index: number;
  readonly costs: readonly number[];
  /** Upper bound by the formula of loads, if `costs` come from it. */
  readonly headroom?: number;
  /** Source of the costs: its GPUs alone, the common part of choices with one batch, or the full bounds. */
  readonly known: "glance" | "outline" | "bounds" | "formula";
  /** Proved costs, if `costs` come from the formula of loads. */
  readonly proved?: readonly number[];
  readonly choice: Alternative;
  readonly variant: Variant;
}

/** Whether all is known of a prospect that can be without a run; `judges`: a formula may leave plans out. */
export function isKnown({ known, variant }: Prospect, judges: boolean): boolean {
  return known === "formula" || (known === "bounds" && (variant.formula === undefined || !judges));
}

/** A scenario among whose plans is chosen. */
export interface Variant {
  readonly parameters: Parameters;
  readonly scenario: Scenario;
  glance(choice: Alternative): Outlook;
  /** Outlook at the price of a batch; choices that share degrees and batches are cheapest one after another. */
  outline(choice: Alternative): Outlook;
  /** Full outlook without a run; choices that share degrees and batches are cheapest one after another. */
  bound(choice: Alternative): Outlook;
  /** The formula of loads, if it holds. */
  readonly formula: PlanFormula | undefined;
  /** Outlook at some progress of a run; undefined if that adds nothing. */
  onTheWay(choice: Alternative): ((elapsed: Elapsed) => Outlook) | undefined;
}

/** Predictions of the formula of loads for possible plans. */
export interface PlanFormula {
  /** The outlook of a choice whose numbers are those of the formula, give or take a margin. */
  outlook(choice: Alternative, margin: number): Outlook;
  /** Whether it holds all constraints of which the formula knows anything, with a margin to spare. */
  promises(choice: Alternative, margin: number): boolean;
  /** The number at a path of the report; undefined where it has none. */
  value(choice: Alternative, path: string): number | undefined;
}

/** Whether plans that cannot win are not run, and runs that cannot are broken off. */
export interface Sparing {
  readonly prune: boolean;
  readonly breakOff: boolean;
  /** Whether plans may be left out by the formula of loads. */
  readonly formula: boolean;
}

/** Every choice of every variant at first glance, in order. Without `prune` all costs may be nothing. */
export function* prospectsOf(
  variants: Iterable<Point>,
  question: Question,
  space: SpaceOptions,
  sparing: Sparing,
): Generator<Prospect | Exclude<Outlook, { status: "open" }>> {
  let index = 0;
  for (const { parameters, scenario } of variants) {
    if (isImpossible(scenario)) {
      index++;
      yield { status: "impossible", problems: scenario.problems };
      continue;
    }
    const variant = variantOf(scenario, parameters, question, sparing);
    for (const choice of alternativesOf(scenario, space)) {
      const outlook = variant.glance(choice);
      yield outlook.status === "open" ? { index, costs: outlook.costs, known: "glance", choice, variant } : outlook;
      index++;
    }
  }
}

/** The point that runs a prospect as long as it may win by what `mayWin` says of its costs. */
export function pointOf({ variant, choice }: Prospect, index: number, mayWin: (costs: readonly number[]) => boolean): Point {
  const parameters = { ...variant.parameters, ...alternativeParameters(choice) };
  const point = { index, parameters, scenario: scenarioOf(variant.scenario, choice) };
  const onTheWay = variant.onTheWay(choice);
  if (onTheWay === undefined) return point;
  const limit = runLimit((elapsed) => {
    const outlook = onTheWay(elapsed);
    return outlook.status === "open" && mayWin(outlook.costs);
  });
  return { ...point, limit };
}

function variantOf(scenario: Scenario, parameters: Parameters, question: Question, { prune, breakOff, formula }: Sparing): Variant {
  const problems = [
    ...modelProblems(scenario.model),
    ...computeProblems(scenario.cluster, scenario.model),
    ...fitProblems(scenario.cluster),
  ];
  const outlook = outlooks(scenario, question, prune);
  // a choice is compared with all that was tried, and faults may leave requests without a token
  const isWhole = !breakOff || isChosen(question.objectives[0]!.formula.text) || scenario.faults !== undefined;
  const estimates = formula && prune && !isDealt(scenario) && formulaLimits(scenario).length === 0 ? new Estimates(scenario) : undefined;
  let made: BoundsOfChoices | undefined;
  const bounds = () => {
    made ??= hasFloors(scenario)
      ? dealtBounds(new LowerBounds(scenario, mostDropped(question.constraints)))
      : new LoadBounds(scenario, estimates);
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
    formula: estimates && formulaOf(scenario, question, estimates),
    onTheWay: (choice) => {
      const found = isWhole ? undefined : bounds().onTheWay(choice);
      return found === undefined || "problems" in found ? undefined : (elapsed) => outlook(choice, found(elapsed));
    },
  };
}

/** Whether nothing at all is known of what `syntax` compares. */
function isUnknown(syntax: Syntax, known: Foreknown): boolean {
  if (syntax.kind !== "binary") return true;
  const { low, high } = foreseen(syntax.left, known);
  return low === Number.NEGATIVE_INFINITY && high === Number.POSITIVE_INFINITY;
}

/** The formula of plans of `scenario`: each is estimated once. */
function formulaOf(scenario: Scenario, question: Question, estimates: Estimates): PlanFormula {
  const known = new WeakMap<Alternative, Estimate>();
  const foreknowledge = new Foreknowledge();
  const of = (choice: Alternative) => {
    const estimate = known.get(choice) ?? estimates.of(scenarioOf(scenario, choice), layoutTimes(estimates, scenario, choice) as PlanTimes);
    known.set(choice, estimate);
    return estimate;
  };
  const knowledge = (choice: Alternative, margin: number) =>
    foreknowledge.of(() => scenarioOf(scenario, choice), estimated(of(choice), margin, glanceAtAny(scenario, choice)));
  const outlook = outlooks(scenario, question, true);
  return {
    outlook: (choice, margin) => {
      const found = outlook(choice, estimated(of(choice), margin, glanceAtAny(scenario, choice)));
      return found.status === "open" ? { ...found, headroom: mostHeadroom(question.constraints, knowledge(choice, margin)) } : found;
    },
    promises: (choice, margin) => {
      const foreknown = knowledge(choice, margin);
      return question.constraints.every(({ syntax }) => foretold(syntax, foreknown) ?? isUnknown(syntax, foreknown));
    },
    value: (choice, path) => of(choice)(path),
  };
}

/** Whether lower bounds of runs exist: for dealt batches without faults, and layers that differ only in windows and feed-forwards. */
function hasFloors(scenario: Scenario): scenario is BatchScenario {
  return isDealt(scenario) && scenario.model.layerKinds === undefined && !mayStop(scenario);
}

interface BoundsOfChoices {
  outline(choice: Alternative): Bounds;
  of(choice: Alternative): Bounds | Unfit;
  onTheWay(choice: Alternative): BoundsOnTheWay | Unfit | undefined;
}

/** A batch that is dealt out before it runs has no pools. */
function dealtBounds(bounds: LowerBounds): BoundsOfChoices {
  return {
    outline: (choice) => bounds.outline(choice as Choice),
    of: (choice) => bounds.of(choice as Choice),
    onTheWay: (choice) => bounds.onTheWay(choice as Choice),
  };
}

/** A function that gives the outlook of a choice of `scenario` from its bounds. */
function outlooks(
  scenario: Scenario,
  { objectives, constraints }: Question,
  prune: boolean,
): (choice: Alternative, bounds: Bounds) => Outlook {
  const foreknowledge = new Foreknowledge();
  const nothing: Outlook = { status: "open", costs: objectives.map(() => Number.NEGATIVE_INFINITY) };
  return (choice, bounds) => {
    if (!prune) return nothing;
    const known = foreknowledge.of(() => scenarioOf(scenario, choice), bounds);
    if (constraints.some(({ syntax }) => foretold(syntax, known) === false)) return { status: "hopeless" };
    const costs = objectives.map(({ syntax, better }) => {
      const { low, high } = foreseen(syntax, known);
      return better === "less" ? low : -high;
    });
    return { status: "open", costs };
  };
}
