export type { Meaning, Scope, Vocabulary } from "@tokenyard/expression";
export { type Condition, condition, type Formula, formula } from "@tokenyard/expression";
export { type Audit, type AuditedAssumption, type AuditOptions, type AuditProgress, audit } from "./audit/audit.ts";
export { auditJsonSchema } from "./audit/audit-schema.ts";
export { claimProblems } from "./audit/claims/claim-problems.ts";
export { Stopped } from "./audit/questions/runs.ts";
export { auditFacts, auditHtml } from "./audit/text/audit-html.ts";
export { auditMarkdown } from "./audit/text/audit-markdown.ts";
export { type AuditTextOptions, auditText } from "./audit/text/audit-text.ts";
export { type AuditedClaim, VERDICTS, type Verdict } from "./audit/verdicts/audited-claim.ts";
export {
  type Availability,
  type AvailabilityOptions,
  availability,
  type ReportedRate,
  type ReportedVariant,
} from "./availability/availability.ts";
export type { Outcome, SeenCause } from "./availability/outcome.ts";
export { beliefIn, DISBELIEF } from "./calibration/belief.ts";
export { type Unseen, type Validated, validated } from "./calibration/cross-validation.ts";
export { HOST_PARTS, type HostFactors, type HostPart, PRESET_HOST, type SensitiveRun, withHost } from "./calibration/host.ts";
export { hostFit } from "./calibration/host-fit.ts";
export { type NextRun, nextRun } from "./calibration/next-run.ts";
export { errorsOf, JUDGED, type Judged, lossOf, type Miss, missesOf } from "./calibration/prediction.ts";
export type { Belief } from "./calibration/variance.ts";
export type { AtCapacity, CapacityMetric } from "./capacity/at-capacity.ts";
export {
  type Capacity,
  type CapacityOptions,
  capacity,
  capacityProblems,
} from "./capacity/capacity.ts";
export { precisionProblems } from "./capacity/looked-for.ts";
export type { Breach, Trial } from "./capacity/trial.ts";
export { type Case, CaseBook, meetsTargets } from "./cases/case.ts";
export { bestCaseFirst, caseFront, isEligible } from "./cases/ranking.ts";
export { shortPaths } from "./cases/short-path.ts";
export { type StudyBound, targetBounds } from "./cases/study-bounds.ts";
export {
  type StudyMetric,
  type StudyRow,
  type StudyTable,
  type StudyTableOptions,
  studyTable,
  tableFormulas,
} from "./cases/study-table.ts";
export { metricsShown, type StudyGoal, type StudyGoals, type UsualGoal, usualGoals } from "./cases/view.ts";
export type { Change as PlanChange } from "./comparison/change.ts";
export { type CompareOptions, type Comparison, type Comparisons, compare } from "./comparison/comparison.ts";
export type { TriedChanges, Why } from "./comparison/tried-changes.ts";
export { type WhyOptions, why } from "./comparison/why.ts";
export { DESIGNS, type DesignKind } from "./designs/design.ts";
export type { Compared, RowErrors } from "./numerics/comparison.ts";
export type { CountedWork } from "./numerics/counted-work.ts";
export type { Drops } from "./numerics/drops.ts";
export type { FormatErrors } from "./numerics/format-errors.ts";
export type { Held } from "./numerics/held.ts";
export type { NumericOutcome } from "./numerics/numeric-target.ts";
export { type Verification, type VerifyOptions, verify, verifying } from "./numerics/verify.ts";
export { verifyProblems } from "./numerics/verify-problems.ts";
export type { VerifyProgress } from "./numerics/verify-steps.ts";
export { type Bounds, LowerBounds } from "./optimize/bounds/lower-bounds.ts";
export { Estimates } from "./optimize/estimates/estimate.ts";
export { type OptimizeOptions, optimize, optimum, searchProblems } from "./optimize/optimize.ts";
export { constraintBounds, constraintJudge } from "./optimize/questions/constraint.ts";
export type { Certificate, FormulaAudit, RealWinner, WinnerFacts } from "./optimize/search/certificate.ts";
export { EFFORT, MOST_MARGIN } from "./optimize/search/left-out.ts";
export type { ExaminedPlan, NearestMiss, Optimum, Reason } from "./optimize/search/optimum.ts";
export type { SeededPlan } from "./optimize/search/seeded.ts";
export { scenarioOf } from "./optimize/space/alternative.ts";
export type { Choice } from "./optimize/space/choice.ts";
export { degreesAsKeys } from "./optimize/space/degrees-as-keys.ts";
export { choicesOf } from "./optimize/space/space.ts";
export { baseOf, changedPoint, originOf } from "./points/changed-point.ts";
export { type Impossible, isImpossible, type Parameters, type ParameterValue, type Point } from "./points/point.ts";
export { pointKey } from "./points/point-key.ts";
export type { PointResult, PointStatus } from "./points/point-result.ts";
export { type RowColumn, type RowTable, rowTable } from "./points/row-table.ts";
export { scenarioChanger } from "./points/scenario-changer.ts";
export { type Shard, shardFrom, shardOf, shardText } from "./points/shard.ts";
export { type Vary, varyOf } from "./points/vary.ts";
export { isChosen, PLAN_WORDS, RESULT_WORDS, resultScope } from "./points/words.ts";
export { type InProcessRunnerOptions, inProcessRunner, runPoint, simulateWith } from "./runners/in-process-runner.ts";
export { keeping } from "./runners/keeping.ts";
export { memoryStore } from "./runners/memory-store.ts";
export { failed, orderedRunner, type RunPoint } from "./runners/ordered-runner.ts";
export type { ResultStore } from "./runners/result-store.ts";
export type { Runner, RunnerOptions, RunnerProgress, Simulate, StopSignal } from "./runners/runner.ts";
export { Stop } from "./runners/stop.ts";
export { PooledSeeds, pooledEstimates, type SeedsEstimate, valueAt } from "./seeds/pooled-seeds.ts";
export { type Precise, preciseRows } from "./seeds/precise-points.ts";
export { type ReplicationOptions, type Replications, replicate, replicatedPoints } from "./seeds/replication.ts";
export type { ReportOfSeeds } from "./seeds/seed-sums.ts";
export { type SeedsOptions, SeedWithoutReport, seedsReport, simulateSeeds } from "./seeds/seeds.ts";
export { type Estimate, estimateOf, type Interval } from "./statistics/estimate.ts";
export { type Change, changeOf } from "./statistics/pairs.ts";
export { isMet, verdictOf } from "./statistics/verdict.ts";
export { bestFirst, type Objective, objective } from "./sweep/objective.ts";
export { type Goal, ParetoFront, paretoFront } from "./sweep/pareto.ts";
export { designProblems, type SweepDesign, type SweepOptions, type SweepPoints, sweep, sweepPoints } from "./sweep/sweep.ts";
export { bisect, gridThenBisect, type Threshold, type ThresholdSearch } from "./sweep/threshold.ts";
export { type Slider, type SliderOptions, sliderOf } from "./what-if/slider.ts";
export type { TriedValue, WhatIf } from "./what-if/tried-value.ts";
export type { Turn } from "./what-if/turn.ts";
export { type WhatIfOptions, whatIf } from "./what-if/what-if.ts";
export type { PairWinner } from "./winner/pair-winner.ts";
export type { Uncalibrated } from "./winner/real-plan.ts";
export { type Winner, type WinnerDemands, winnerOf } from "./winner/winner.ts";
