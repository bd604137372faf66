export { type Executed, type ExecuteOptions, type Execution, execute, programsOf } from "./execute.ts";
export { type Finding, findingText } from "./finding.ts";
export { drawnInputs, type Inputs, type Load, passesOf } from "./load.ts";
export type { Observer, Stage } from "./stage.ts";
export type { Choices, Rank, Visit } from "./visit.ts";
export { type ModelWeights, modelWeights } from "./weights/model-weights.ts";
export type { Sent } from "./wire.ts";
export { type SmallScenario, smallLoad, smallScenario } from "./small-scenario.ts";
export type { WeightPart } from "./weights/rank-weights.ts";
