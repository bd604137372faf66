export { assumedUnderOverlap, defaultedPaths } from "./assumed.ts";
export { changing } from "./changing.ts";
export { scenarioJsonSchema } from "./json-schema.ts";
export { type Knob, knobOf, knobPaths, unknownKnob } from "./knob.ts";
export { type LoadedScenario, type LoadOptions, loadScenario, type Sources } from "./load.ts";
export { METRICS, type Metric, metricOf, metricPaths, type Range } from "./metrics/metrics.ts";
export { type Target, targetsOf } from "./metrics/target.ts";
export { type SeriesLabel, WATCHED, type Watched, watchedOf } from "./metrics/watched.ts";
export { parseScenario, scenarioFrom } from "./parse.ts";
export { type PresetEntry, presetList } from "./presets/list.ts";
export type { Preset } from "./presets/preset.ts";
export { PRESETS } from "./presets/registry.ts";
export { nearest } from "./problems/nearest.ts";
export { messageOf, type Place, type Problem, Problems, pathText, placeText } from "./problems/problem.ts";
export { shorten } from "./problems/shorten.ts";
export { type AnyQuantity, anyQuantity } from "./quantities/any-quantity.ts";
export { counted, grouped } from "./quantities/count.ts";
export { type Bounds, formatQuantity, parseQuantity } from "./quantities/quantity.ts";
export type { Unit } from "./quantities/units.ts";
export { type ReadPieces, withTraceHash } from "./reading/trace-hash.ts";
export { scenarioReference } from "./reference.ts";
export { hashOf, resolvedOf } from "./resolved.ts";
export type { AlertRuleSpec, AlertsSpec } from "./schema/alerts.ts";
export type { ClusterSpec, GpuSpec } from "./schema/machines/cluster.ts";
export type { CommunicationSpec } from "./schema/machines/communication.ts";
export {
  type CollectiveFit,
  type Fit,
  type FitOf,
  LIBRARIES,
  type Library,
  type TrafficFit,
  type TrafficFitOf,
} from "./schema/machines/fit.ts";
export { MEASURED_KERNELS, MEASURED_WORDS, type MeasuredKernel } from "./schema/machines/kernel-table.ts";
export type { GroupedQuerySpec, LatentSpec, ModelSpec } from "./schema/model.ts";
export type { ParallelismSpec } from "./schema/parallelism.ts";
export { bitsOf, PRECISIONS, type Precision, type PrecisionSpec } from "./schema/precision.ts";
export type { AvailabilitySpec } from "./schema/resilience/availability.ts";
export type { CheckpointsSpec } from "./schema/resilience/checkpoints.ts";
export type { DatedFaultSpec, FaultSpec, RandomFaultSpec } from "./schema/resilience/faults.ts";
export type { HealthSpec } from "./schema/resilience/health.ts";
export type { BackoffSpec, RetriesSpec } from "./schema/resilience/retries.ts";
export type { SparesSpec } from "./schema/resilience/spares.ts";
export type { GateSpec, RoutingSpec } from "./schema/routing.ts";
export { type Assumption, type Scenario, scenarioSchema } from "./schema/scenario.ts";
export { type BalancerSpec, type FusionSpec, fusionOf, overlapOf, type ServingSpec } from "./schema/serving.ts";
export type { ClaimSpec } from "./schema/study/claims.ts";
export type { DeploymentSpec } from "./schema/study/deployment.ts";
export type { MeasureSpec } from "./schema/study/measure.ts";
export type { PromiseSpec } from "./schema/study/promises.ts";
export type { ArrivalsSpec, GapsSpec } from "./schema/workload/arrivals.ts";
export type { ClassSpec } from "./schema/workload/classes.ts";
export type { DrawnCount } from "./schema/workload/drawn.ts";
export type { DrawnTime } from "./schema/workload/drawn-time.ts";
export type { LengthsSpec } from "./schema/workload/lengths.ts";
export type { WorkloadSpec } from "./schema/workload/load.ts";
export type { PrefixSpec } from "./schema/workload/prefix.ts";
export type { TraceSpec } from "./schema/workload/trace.ts";
