import type { RuleOutcome } from "@tokenyard/metrics";
import type { CacheSteps, CheckpointColumns, RequestSpans, RetryColumns, TransferColumns, WindowColumns } from "@tokenyard/report";
import type { Faults } from "../faults/faults.ts";
import type { Levels } from "../logs/levels.ts";
import type { ReplicaTokens } from "../logs/requests/replica-tokens.ts";
import type { RequestTable } from "../logs/requests/request-table.ts";
import type { ServedLog } from "../logs/requests/served-log.ts";
import type { SpentLog } from "../logs/requests/spent-log.ts";
import type { SteadyLog } from "../logs/requests/steady-log.ts";
import type { SteadySpentLog } from "../logs/requests/steady-spent-log.ts";
import type { RoutingLog } from "../logs/routing/routing-log.ts";
import type { Pool } from "../pools/pool.ts";

/** Logs and counts of a finished run. */
export interface RunResults {
  readonly horizonNs: number;
  /** One, or one that prefills and one that decodes; their ranks follow one another. */
  readonly pools: readonly Pool[];
  readonly transfers: TransferColumns | undefined;
  /** Faults, if any were foreseen. */
  readonly faults: Faults | undefined;
  /** If clients tried again. */
  readonly retries: RetryColumns | undefined;
  /** Checkpoints, if caches are copied. */
  readonly checkpoints: CheckpointColumns | undefined;
  /** Rows, where they are kept. */
  readonly table: RequestTable | undefined;
  readonly spent: SpentLog | SteadySpentLog;
  readonly served: ServedLog | SteadyLog | undefined;
  readonly levels: Levels | undefined;
  readonly routing: readonly [RoutingLog, RoutingLog];
  /** Windows of gates that draw. */
  readonly windows: WindowColumns | undefined;
  /** Spans of single requests, if they are kept. */
  readonly requestSpans: RequestSpans | undefined;
  readonly cacheSteps: CacheSteps | undefined;
  /** Tokens by replica, where bounds are asked for. */
  readonly replicaTokens: ReplicaTokens | undefined;
  /** Alerts, if the run is watched. */
  readonly alerts: readonly RuleOutcome[] | undefined;
}
