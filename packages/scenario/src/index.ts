export { assumedUnderOverlap, defaultedPaths } from "./assumed.ts";
export { assumedValue, assumedValues } from "./assumed-value.ts";
export { changing } from "./changing.ts";
export { dealtOutProblem, isDealtOut } from "./dealt-out.ts";
export { abbreviatedFlag, begunFlags } from "./engines/abbreviation.ts";
export { plainVersion, withCalibration } from "./engines/calibrated-host.ts";
export { CAPTURED_SIZES } from "./engines/captured-sizes.ts";
export { flagsWithoutDegrees } from "./engines/degree-flags.ts";
export { contextQueriesRefusal, contextRefusal, layoutRefusal } from "./engines/degree-refusals.ts";
export { engineForDegrees } from "./engines/engine-for-degrees.ts";
export { type EngineNotes, engineNotes, engineOrigin, engineTitle } from "./engines/engine-notes.ts";
export { enginesReference } from "./engines/engines-page.ts";
export type { Engine, Flag, FlagValue, Layout } from "./engines/flag.ts";
export { flagText, flagValue, knownFlag } from "./engines/known-flag.ts";
export { poolAlone } from "./engines/pool-values.ts";
export { ENGINES } from "./engines/registry.ts";
export { degreesOf } from "./engines/settings.ts";
export { settingsBy } from "./engines/settings-by.ts";
export { draftModelRefusal, draftRefusal, isOfDrafts, slotsOfDrafts } from "./engines/speculation.ts";
export { costOf, flagLeaves, ofOtherVersion } from "./engines/stated-flags.ts";
export { type Version, versionOf } from "./engines/version.ts";
export { asksNoGraphs } from "./engines/without-graphs.ts";
export { digestOf, hashOf } from "./hash.ts";
export { scenarioJsonSchema } from "./json-schema.ts";
export { type Knob, knobOf, knobPaths, unknownKnob } from "./knob.ts";
export { type LoadedScenario, type LoadOptions, loadScenario, pluginFiles, type Sources } from "./load.ts";
export { METRICS, type Metric, metricOf, metricPaths, type Range } from "./metrics/metrics.ts";
export { isWithoutSteadyValue } from "./metrics/steady-metrics.ts";
export { numericTargetsOf, type Target, targetsOf } from "./metrics/target.ts";
export { type SeriesLabel, WATCHED, type Watched, watchedOf } from "./metrics/watched.ts";
export { type Plugins, parseScenario, scenarioFrom } from "./parse.ts";
export { builtInKinds } from "./plugins/built-in-kinds.ts";
export { knobsOf } from "./plugins/policy-knobs.ts";
export {
  DOORS,
  type Door,
  type LoadedPlugin,
  type PolicyWord,
  type PolicyWords,
  type StatedPolicy,
  withoutPolicies,
  withWords,
  wordsOf,
} from "./plugins/policy-words.ts";
export { isLent, waitTimes } from "./presets/fits/other-architecture.ts";
export { type ForeignNetwork, foreignNetworkOf } from "./presets/foreign-network.ts";
export { type ConfigReading, readConfig } from "./presets/huggingface/config.ts";
export type { PartFormat } from "./presets/huggingface/formats/part-format.ts";
export { gpuByValues, modelsByValues } from "./presets/known-by-values.ts";
export { type PresetEntry, presetList } from "./presets/list.ts";
export type { Preset } from "./presets/preset.ts";
export { type PresetNames, presetNames } from "./presets/preset-names.ts";
export { PRESETS } from "./presets/registry.ts";
export { nearest } from "./problems/nearest.ts";
export { messageOf, type Place, type Problem, Problems, pathText, placeText } from "./problems/problem.ts";
export { shorten } from "./problems/shorten.ts";
export { type AnyQuantity, anyQuantity } from "./quantities/any-quantity.ts";
export { counted, grouped } from "./quantities/count.ts";
export { type Bounds, formatQuantity, parseQuantity } from "./quantities/quantity.ts";
export type { Unit } from "./quantities/units.ts";
export { type ReadableClaims, ScenarioProblems } from "./readable-claims.ts";
export { type DoubledKey, doubledKey } from "./reading/doubled-key.ts";
export { type ReadPieces, withTraceHash } from "./reading/trace-hash.ts";
export { scenarioReference } from "./reference.ts";
export { resolvedFit, resolvedOf } from "./resolved.ts";
export type { AlertRuleSpec, AlertsSpec } from "./schema/alerts.ts";
export { type FusionSpec, fusionOf } from "./schema/fusion.ts";
export type { GateSpec } from "./schema/gate.ts";
export type { ClusterSpec, GpuSpec } from "./schema/machines/cluster.ts";
export type { CommunicationSpec } from "./schema/machines/communication.ts";
export { type Fit, type FitOf, LIBRARIES, type Library } from "./schema/machines/fit.ts";
export { EXPERT_DRAWS, MEASURED_KERNELS, MEASURED_WORDS, type MeasuredKernel } from "./schema/machines/kernel-table.ts";
export type { CollectiveFit, TrafficFit, TrafficFitOf } from "./schema/machines/traffic-fit.ts";
export { MEASURED_TRAFFIC, type MeasuredTraffic, TRAFFIC_LIBRARIES, TRAFFIC_WORDS } from "./schema/machines/traffic-table.ts";
export type { GroupedQuerySpec, LatentSpec, LayerKindSpec, MixerOf, MixerSpec, ModelSpec } from "./schema/model.ts";
export type { ParallelismSpec } from "./schema/parallelism.ts";
export { bitsOf, PRECISIONS, type Precision, type PrecisionSpec } from "./schema/precision.ts";
export type { AvailabilitySpec } from "./schema/resilience/availability.ts";
export type { CheckpointsSpec } from "./schema/resilience/checkpoints.ts";
export type { DatedFaultSpec, FaultSpec, RandomFaultSpec } from "./schema/resilience/faults.ts";
export type { HealthSpec } from "./schema/resilience/health.ts";
export type { BackoffSpec, RetriesSpec } from "./schema/resilience/retries.ts";
export type { SparesSpec } from "./schema/resilience/spares.ts";
export type { RoutingSpec } from "./schema/routing.ts";
export { type Assumption, type Scenario, scenarioSchema } from "./schema/scenario.ts";
export { type BalancerSpec, overlapOf, type ServingSpec } from "./schema/serving.ts";
export type { AcceptanceSpec, SpeculationSpec, TreeSpec } from "./schema/speculation.ts";
export type { CalibrationSpec, HostTimesSpec } from "./schema/study/calibration.ts";
export type { ClaimSpec } from "./schema/study/claims.ts";
export type { DeploymentSpec } from "./schema/study/deployment.ts";
export type { MeasureSpec } from "./schema/study/measure.ts";
export { SEARCHED_OVER } from "./schema/study/optimize.ts";
export type { PromiseSpec } from "./schema/study/promises.ts";
export type { ArrivalsSpec, GapsSpec } from "./schema/workload/arrivals.ts";
export type { ClassSpec } from "./schema/workload/classes.ts";
export type { DrawnCount } from "./schema/workload/drawn.ts";
export type { DrawnTime } from "./schema/workload/drawn-time.ts";
export type { LengthsSpec } from "./schema/workload/lengths.ts";
export { clientSecondsOf, type WorkloadSpec } from "./schema/workload/load.ts";
export type { PrefixSpec } from "./schema/workload/prefix.ts";
export type { SteadyDecodeSpec } from "./schema/workload/steady-decode.ts";
export type { TraceSpec } from "./schema/workload/trace.ts";
export { MOST_SEEDS, mostSeeds } from "./seeds.ts";
export {
  draftsInOnePass,
  draftsOf,
  mostDraftsOf,
  mostVerifiedOf,
  type PublishedAcceptance,
  publishedAcceptance,
  speculationOf,
  survivalOf,
  treeOf,
  verifiedOf,
} from "./speculation.ts";
export { isFollowed, listedIn } from "./stated.ts";
