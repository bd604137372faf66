import type { Syntax } from "@tokenyard/expression";
import { metricOf, type Problem, type Scenario } from "@tokenyard/scenario";
import { type Impossible, isImpossible } from "../../points/point.ts";
import type { Asked } from "./asked.ts";
import { lackedAt } from "./lacked.ts";
import type { Question } from "./question.ts";

/** A requested number, or a condition. */
export interface AskedNumber {
  /** Path of the question. */
  readonly path: Problem["path"];
  readonly text: string;
  readonly names: readonly string[];
  /** Syntax of a condition, which may hold without some of its names. */
  readonly syntax?: Syntax;
}

/** Problems of requested numbers that no run of `scenarios` can have. */
export function valuelessProblems(wanted: readonly AskedNumber[], scenarios: readonly (Scenario | Impossible)[]): readonly Problem[] {
  return wanted.flatMap(({ path, text, names, syntax }) => {
    if (syntax !== undefined && !needsAll(syntax)) return [];
    const lacked = lacking(names, scenarios);
    return lacked === undefined ? [] : [{ path, given: text, wanted: lacked }];
  });
}

/** Requests of a search, each with its place. */
export function wantedBy({ objectives, constraints }: Question, { subjectTo = [] }: Asked): readonly AskedNumber[] {
  return [
    ...objectives.map(({ formula: { text, names } }, i) => ({ path: ["objectives", i], text, names })),
    ...constraints.map((each, i) => ({ ...each, path: i < subjectTo.length ? ["subjectTo", i] : ["targets"] })),
  ];
}

/** Whether a condition holds only where all its names have a value. */
export function needsAll(syntax: Syntax): boolean {
  if (syntax.kind === "unary") return syntax.operator !== "not" && needsAll(syntax.operand);
  if (syntax.kind === "binary") return syntax.operator !== "or" && needsAll(syntax.left) && needsAll(syntax.right);
  return true;
}

/**
 * Parts that the scenarios lack, without which no run of theirs has values of all `names`, such as a price; undefined if one of them may
 * have them.
 */
function lacking(names: readonly string[], scenarios: readonly (Scenario | Impossible)[]): string | undefined {
  const possible = scenarios.filter((scenario): scenario is Scenario => !isImpossible(scenario));
  for (const name of names) {
    const path = metricOf(name)?.path ?? name;
    const lacked = possible.map((scenario) => lackedAt(path, scenario));
    if (lacked.length > 0 && lacked.every((each) => each !== undefined)) return lacked[0];
  }
  return undefined;
}
