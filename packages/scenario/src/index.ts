export { type Problem, Problems } from "./problem.ts";
export type { ClusterSpec, GpuSpec } from "./schema/cluster.ts";
export type { DrawnCount } from "./schema/drawn.ts";
export type { ServingSpec, WorkloadSpec } from "./schema/load.ts";
export { type ModelSpec, PRECISIONS, type Precision } from "./schema/model.ts";
export type { GateSpec, ParallelismSpec, RoutingSpec } from "./schema/plan.ts";
export { type Scenario, scenarioSchema } from "./schema/scenario.ts";
export { parseQuantity, type Unit } from "./units.ts";
