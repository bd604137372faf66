import { type Condition, condition, type Formula, formula, type Scope, type Syntax } from "@tokenyard/expression";
import type { Report } from "@tokenyard/report";
import { formatQuantity, type Scenario, targetsOf } from "@tokenyard/scenario";
import type { StudyBound } from "../../cases/study-bounds.ts";
import { triedEach } from "../../points/tried.ts";
import { RESULT_WORDS, resultScope } from "../../points/words.ts";
import type { Asked } from "./asked.ts";
import { syntaxOfKnown } from "./foreseen.ts";

/** Condition that a plan must meet to be a solution. */
export interface Constraint extends Condition {
  readonly syntax: Syntax;
  /** Number and bound, as in `ttft.p99 <= 500 ms`; undefined for other conditions. */
  readonly margin?: { readonly measured: Formula; readonly bound: number; readonly better: "less" | "more" };
}

/** Unless a constraint speaks of them: speed is not to be bought with lost tokens. */
const FEW_DROPPED = "droppedShare <= 1 %";
/** Default limit of copies masked at random, unless a constraint is about them. */
const FEW_MASKED = "maskedShare <= 1 %";
const MASKED = /\bmaskedShare\b|\btokens\.(masked|kept)\b/;
const DROPPED = /\bdroppedShare\b|\btokens\.(dropped|kept)\b/;

/**
 * The constraints of a search: those of `subjectTo`, and the scenario's targets when requested, or when there are no others. In a model
 * with experts few copies may be dropped, unless a constraint states how many. Throws all Problems of `subjectTo` at once.
 */
export function constraintsOf(scenario: Scenario, subjectTo: readonly string[], targets = subjectTo.length === 0): Constraint[] {
  const texts = [...subjectTo, ...(targets ? targetTexts(scenario) : [])];
  const hasExperts = scenario.model.experts !== undefined;
  if (hasExperts && !texts.some((text) => DROPPED.test(text))) texts.push(FEW_DROPPED);
  if (hasExperts && scenario.routing.overflow.kind === "dropout" && !texts.some((text) => MASKED.test(text))) texts.push(FEW_MASKED);
  return triedEach(texts, (text, i) => {
    const read = condition(text, RESULT_WORDS, ["subjectTo", i]);
    const syntax = syntaxOfKnown(text);
    return { ...read, syntax, ...marginOf(syntax) };
  });
}

function marginOf(syntax: Syntax): Pick<Constraint, "margin"> {
  if (syntax.kind !== "binary" || syntax.left.kind !== "name" || syntax.right.kind !== "number") return {};
  const { operator, left, right } = syntax;
  const isLess = operator === "<=" || operator === "<";
  if ((!isLess && operator !== ">=" && operator !== ">") || right.value === 0) return {};
  return { margin: { measured: formula(left.name, RESULT_WORDS), bound: right.value, better: isLess ? "less" : "more" } };
}

/**
 * How far a result that holds `constraints` is from the nearest bound, as a share of that bound: 0 at it, 0.5 at half of an upper one or one and a half of
 * a lower one. 0 where nothing is held against a number.
 */
export function headroomOf(constraints: readonly Constraint[], scope: Scope): number {
  let least = Number.POSITIVE_INFINITY;
  for (const { margin } of constraints) {
    const value = margin?.measured.evaluate(scope);
    if (margin === undefined || value === null || value === undefined) continue;
    const share = value / margin.bound;
    least = Math.min(least, margin.better === "less" ? 1 - share : share - 1);
  }
  return least === Number.POSITIVE_INFINITY ? 0 : least;
}

/**
 * Whether `report` holds every constraint of a search, as constraintsOf returns them; a number without a value holds none. Throws as it
 * does.
 */
export function constraintJudge(scenario: Scenario, { subjectTo = [], targets }: Omit<Asked, "objectives">): (report: Report) => boolean {
  const constraints = constraintsOf(scenario, subjectTo, targets);
  return (report) => holdsAll(constraints, resultScope(report));
}

/** The constraints of a search that are plain bounds; others, as `ttft.p99 <= 2 * tpot.p99`, are left out. */
export function constraintBounds(scenario: Scenario, { subjectTo = [], targets }: Omit<Asked, "objectives">): StudyBound[] {
  return constraintsOf(scenario, subjectTo, targets).flatMap(({ margin }) =>
    margin === undefined ? [] : [{ name: margin.measured.text, better: margin.better, value: margin.bound }],
  );
}

export function holdsAll(constraints: readonly Constraint[], scope: Scope): boolean {
  return constraints.every(({ holds }) => holds(scope) === true);
}

/** The targets of `scenario` as conditions, such as `ttft.p99 <= 500 ms`. */
export function targetTexts(scenario: Pick<Scenario, "targets">): string[] {
  return targetsOf(scenario).map(({ name, metric, value }) => {
    const bound = metric.unit === "" ? String(value) : formatQuantity(value, metric.unit);
    return `${name} ${metric.better === "less" ? "<=" : ">="} ${bound}`;
  });
}

/** Largest share of copies that a plan may drop under `constraints`; 1 if none is a plain bound such as `droppedShare <= 1 %`. */
export function mostDropped(constraints: readonly Constraint[]): number {
  return Math.min(1, ...constraints.map(({ syntax }) => dropLimit(syntax)));
}

function dropLimit(syntax: Syntax): number {
  if (syntax.kind !== "binary") return 1;
  const { operator, left, right } = syntax;
  if (operator === "and") return Math.min(dropLimit(left), dropLimit(right));
  const isLimit = (operator === "<=" || operator === "<") && left.kind === "name" && left.name === "droppedShare";
  return isLimit && right.kind === "number" ? right.value : 1;
}
