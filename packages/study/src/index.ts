export type { Estimate } from "./estimate.ts";
export type { Condition, Formula, Meaning, Scope, Vocabulary } from "./expression.ts";
export type { Objective } from "./objective.ts";
export { type Impossible, isImpossible, type Parameters, type ParameterValue, type Point } from "./point.ts";
export type { PointResult, PointStatus } from "./point-result.ts";
export type { ResultStore } from "./result-store.ts";
export type { Runner, RunnerOptions, RunnerProgress, Simulate, StopSignal } from "./runner.ts";
