export type { AlertRow, AlertRuleRow } from "./alert-rows.ts";
export { assumptionText } from "./assumption-text.ts";
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
} from "./balance-columns.ts";
export type { PhaseExperts } from "./balance-schema.ts";
export type { CheckpointColumns } from "./checkpoint-columns.ts";
export { chromeTrace } from "./chrome-trace.ts";
export { formatPhrases } from "./formats.ts";
export { Histogram } from "./histogram.ts";
export { reportJsonSchema, reportSchema } from "./late-schema.ts";
export { decimalsWithin, rounded, spreadText, stepOf } from "./precision.ts";
export { measured } from "./quantity.ts";
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
} from "./recording.ts";
export { renderText } from "./render-text.ts";
export type { Estimate, Interval, Memory, PhaseTime, PlanFacts, Report, Seeds, Stats, TargetOutcome, Warning } from "./report.ts";
export type { RetryColumns } from "./retry-columns.ts";
export type { Attained, CacheFacts, LevelColumns, Served, ServedClass } from "./served.ts";
export { servedOf } from "./served-of.ts";
export { summarize } from "./summarize.ts";
export { Tally } from "./tally.ts";
export type { TallyColumns } from "./tally-columns.ts";
export { metricValue } from "./targets.ts";
