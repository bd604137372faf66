import type { Syntax } from "@tokenyard/expression";
import { type Problem, Problems, type Scenario } from "@tokenyard/scenario";
import { tried } from "../../points/tried.ts";
import { type Objective, objective } from "../../sweep/objective.ts";
import type { Asked } from "./asked.ts";
import { type Constraint, constraintsOf } from "./constraint.ts";
import { syntaxOfKnown } from "./foreseen.ts";

export interface Question {
  readonly objectives: readonly (Objective & { readonly syntax: Syntax })[];
  readonly constraints: readonly Constraint[];
}

/** Parses the question about `scenario`. Throws all Problems at once. */
export function questionOf(scenario: Scenario, { objectives = [], subjectTo = [], targets }: Asked): Question {
  const problems: Problem[] = [];
  if (objectives.length === 0)
    problems.push({ path: ["objectives"], wanted: "something to make small or large, such as gpus or ttft.p99" });
  for (const [i, { text }] of objectives.entries())
    if (objectives.slice(0, i).some((other) => other.text === text))
      problems.push({ path: ["objectives", i], given: text, wanted: "each objective once, in one direction" });
  const question = {
    objectives: objectives.flatMap(
      ({ text, better }, i) =>
        tried(problems, () => ({ ...objective(text, better, ["objectives", i]), syntax: syntaxOfKnown(text) })) ?? [],
    ),
    constraints: tried(problems, () => constraintsOf(scenario, subjectTo, targets)) ?? [],
  };
  if (problems.length > 0) throw new Problems(problems);
  return question;
}
