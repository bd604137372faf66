export type { AlertRow, AlertRuleRow } from "./recording/alert-rows.ts";
export { assumptionText } from "./text/assumption-text.ts";
export type {
  BatchColumns,
  ExpertCacheColumns,
  FateColumns,
  PhaseRouting,
  PrefetchColumns,
  RankLoads,
  RebalanceColumns,
  SummedRouting,
  TrafficColumns,
  WindowColumns,
} from "./recording/balance-columns.ts";
export type { PhaseExperts } from "./schema/balance-schema.ts";
export type { CheckpointColumns } from "./recording/checkpoint-columns.ts";
export { chromeTrace } from "./trace/chrome-trace.ts";
export { formatPhrases } from "./text/formats.ts";
export { Histogram } from "./statistics/histogram.ts";
export { reportJsonSchema, reportSchema } from "./schema/late-schema.ts";
export { decimalsWithin, rounded, spreadText, stepOf } from "./text/precision.ts";
export { measured } from "./text/quantity.ts";
export {
  type BreakdownColumns,
  type CacheSteps,
  type CoverageFacts,
  type CoveredFacts,
  type EnergyFacts,
  type FaultRow,
  LANES,
  type LaneName,
  type LinksRow,
  type OpKind,
  PHASES,
  type PhaseName,
  type PoolColumns,
  type RandomFaultFacts,
  REQUEST_STATES,
  REQUEST_STATUS,
  type Recording,
  type RequestColumns,
  type RequestSpans,
  type RequestState,
  type Spans,
  type TransferColumns,
  type Work,
} from "./recording/recording.ts";
export { renderText } from "./text/render-text.ts";
export type { Estimate, Interval, Memory, PhaseTime, PlanFacts, Report, Seeds, Stats, TargetOutcome, Warning } from "./schema/report.ts";
export type { RetryColumns } from "./recording/retry-columns.ts";
export type { Attained, CacheFacts, LevelColumns, Served, ServedClass } from "./recording/served.ts";
export { servedOf } from "./recording/served-of.ts";
export { summarize } from "./summary/summarize.ts";
export { Tally } from "./statistics/tally.ts";
export type { TallyColumns } from "./statistics/tally-columns.ts";
export { metricValue } from "./summary/targets.ts";
