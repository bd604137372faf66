export type { Estimate } from "./estimate.ts";
export { type Condition, condition, type Formula, formula, type Meaning, type Scope, type Vocabulary } from "./expressions/expression.ts";
export { PLAN_WORDS, RESULT_WORDS, resultScope } from "./expressions/vocabularies.ts";
export type { Objective } from "./objective.ts";
export { type Impossible, isImpossible, type Parameters, type ParameterValue, type Point } from "./point.ts";
export type { PointResult, PointStatus } from "./point-result.ts";
export type { ResultStore } from "./result-store.ts";
export type { Runner, RunnerOptions, RunnerProgress, Simulate, StopSignal } from "./runner.ts";
