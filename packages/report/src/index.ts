export { alertsConclusion, type ConcludedRule, separatesText } from "./conclusion/alerts-conclusion.ts";
export { auditConclusion, claimTitle, decidingClaim } from "./conclusion/audit-conclusion.ts";
export { availabilityConclusion, CAUSE_WORDS } from "./conclusion/availability-conclusion.ts";
export { capacityConclusion, inDigits, isCounted, isShort, loadText } from "./conclusion/capacity-conclusion.ts";
export { comparisonConclusion, missedTargets } from "./conclusion/comparison-conclusion.ts";
export { partWords, withConclusion } from "./conclusion/conclude.ts";
export { metricWords } from "./conclusion/metric-words.ts";
export type { StudyConclusion } from "./conclusion/study-conclusion.ts";
export { htmlText, plainHtml, titleOf } from "./html/plain-html.ts";
export { type BesideMeasured, besideMeasured } from "./model-error/beside-measured.ts";
export { type CalibrationRun, offsetsAt, type Prior, priorOf } from "./model-error/calibration.ts";
export { DRAWS, type DrawnErrors, deviationAt, drawnErrors, drawnNoise } from "./model-error/drawn-errors.ts";
export { type Compared, type Likeness, likenessOf } from "./model-error/likeness.ts";
export { intervalOf, type LogSpread, sideOf, spreadOf } from "./model-error/log-spread.ts";
export { covarianceOf, isComparable, isOfCurve, type Offset, type Trust } from "./model-error/offset.ts";
export { type Place, placeOf } from "./model-error/place.ts";
export { type PlanError, planErrorOf } from "./model-error/plan-error.ts";
export { type Related, relationOf } from "./model-error/relation.ts";
export {
  type Factors,
  type LoadKind,
  MEASURED,
  type Measured,
  MODEL_KINDS,
  type ModelKind,
  RELATIONS,
  type Relation,
  type Residuals,
  type ResidualTable,
} from "./model-error/residual.ts";
export { RESIDUAL_TABLE } from "./model-error/residual-table.ts";
export { FEWEST_RUNS, residualsLike, WIDENING } from "./model-error/residuals-like.ts";
export { mapSvg } from "./pictures/map-svg.ts";
export { colourOf } from "./pictures/palette.ts";
export { type Places, placesOf, rankAt } from "./pictures/places.ts";
export { groupOf, type RankGroup, rankGroups, shownRanks } from "./pictures/rank-group.ts";
export { MOST_RANKS, type TimelinePicture, timelineSvg } from "./pictures/timeline-svg.ts";
export { whereSvg } from "./pictures/where-svg.ts";
export type { AlertRow, AlertRuleRow } from "./recording/alert-rows.ts";
export type {
  BatchColumns,
  ExpertCacheColumns,
  FateColumns,
  LawColumns,
  PhaseRouting,
  PrefetchColumns,
  RankLoads,
  RebalanceColumns,
  RebalancedLayers,
  SummedRouting,
  TrafficColumns,
  WindowColumns,
} from "./recording/balance-columns.ts";
export type { CheckpointColumns } from "./recording/checkpoint-columns.ts";
export type { CoverageFacts, CoveredFacts, FaultRow, LinksRow, RandomFaultFacts } from "./recording/fault-rows.ts";
export {
  type BreakdownColumns,
  type EnergyFacts,
  LANES,
  type LaneName,
  type OpKind,
  PHASES,
  type PhaseName,
  type PoolColumns,
  REQUEST_STATES,
  REQUEST_STATUS,
  type Recording,
  type RequestColumns,
  type RequestState,
  type TransferColumns,
  type Work,
} from "./recording/recording.ts";
export type { RetryColumns } from "./recording/retry-columns.ts";
export type { Attained, CacheFacts, LevelColumns, Served, ServedClass, Unanswered } from "./recording/served.ts";
export { servedOf } from "./recording/served-of.ts";
export type { CacheSteps, RequestSpans, Spans } from "./recording/span-columns.ts";
export type { SpeculationColumns } from "./recording/speculation-columns.ts";
export type { PhaseExperts } from "./schema/balance-schema.ts";
export type { Conclusion } from "./schema/conclusion-schema.ts";
export { currentReport, REPORT_FORMAT } from "./schema/current-report.ts";
export type { Distribution, Distributions } from "./schema/distribution-schema.ts";
export { reportJsonSchema, reportSchema } from "./schema/late-schema.ts";
export type { ModelError } from "./schema/model-error-schema.ts";
export type { PlanFacts } from "./schema/plan-schema.ts";
export type { LatencyStats, Memory, PhaseTime, Report, Stats, TargetOutcome, Warning } from "./schema/report.ts";
export { type Estimate, type Interval, type Seeds, type TargetVerdict, VERDICTS } from "./schema/seeds-schema.ts";
export { CountedTally } from "./statistics/counted-tally.ts";
export { Histogram } from "./statistics/histogram.ts";
export { percentile, statsOf } from "./statistics/stats.ts";
export { MOST_EXACT, Tally } from "./statistics/tally.ts";
export type { TallyColumns } from "./statistics/tally-columns.ts";
export type { SummaryOptions } from "./summary/distributions.ts";
export { type Roofline, type RooflineRow, rooflineOf } from "./summary/roofline.ts";
export { summarize } from "./summary/summarize.ts";
export { isNever, metricValue } from "./summary/targets.ts";
export { HARMLESS_LOSS } from "./summary/warnings.ts";
export { boundOf, boundsBetween } from "./text/alert-bound.ts";
export { assumptionText, valuesOf } from "./text/assumption-text.ts";
export { formatPhrases } from "./text/formats.ts";
export { Numbers } from "./text/numbers.ts";
export { paragraph } from "./text/paragraph.ts";
export { planWords } from "./text/plan-words.ts";
export { decimalsWithin, isOpen, rounded, spreadText, stepOf } from "./text/precision.ts";
export { brief, bytes, measured, percent, prefixed, significant } from "./text/quantity.ts";
export { renderText } from "./text/render-text.ts";
export { type ReportWords, reportWords } from "./text/report-words.ts";
export { STATISTICS, statisticHeadings } from "./text/sections/latencies.ts";
export { headlineTexts, type TargetText, targetTexts } from "./text/target-text.ts";
export {
  columnBytes,
  columnsOf,
  type KeptTimeline,
  packedTimeline,
  type TimelineColumns,
  type TimelineFacts,
  timelineFacts,
} from "./timeline/kept-timeline.ts";
export { MARK_KINDS, type Mark, type MarkKind, marksOf } from "./timeline/mark.ts";
export { chromeTrace } from "./trace/chrome-trace.ts";
export { anySum, askedNumbers } from "./why/any-sum.ts";
export { type NumberPart, type NumberSum, numberSum } from "./why/number-sum.ts";
