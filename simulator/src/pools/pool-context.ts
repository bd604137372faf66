import type { SampledQuantities } from "../counts/sampled-quantities.ts";
import type { CacheLog } from "../logs/cache-log.ts";
import type { Levels } from "../logs/levels.ts";
import type { Observers } from "../logs/requests/observers.ts";
import type { RoutingLog } from "../logs/routing/routing-log.ts";
import type { WindowLog } from "../logs/routing/window-log.ts";
import type { MicroBatch } from "../micro-batches/micro-batch.ts";
import type { LimitWatch } from "../options/run-limit.ts";
import type { RunOptions } from "../options/run-options.ts";
import type { RunEnded } from "../passes/pass-run.ts";
import type { NextArrival, Timeline } from "../timeline/timeline.ts";
import type { PoolEvent } from "./pool-event.ts";

/** View of the run that a pool has: shared parts, and callbacks. */
export interface PoolContext {
  readonly options: RunOptions;
  readonly timeline: Timeline<PoolEvent | RunEnded>;
  readonly observer: Observers;
  readonly routing: readonly [RoutingLog, RoutingLog];
  /** Windows of gates that draw. */
  readonly windows: WindowLog | undefined;
  /** Levels of all pools whose schedulers serve requests as they arrive. */
  readonly levels: Levels | undefined;
  /** Log of single spans, if they are kept. */
  readonly cacheLog: CacheLog | undefined;
  /** Sampled quantities, if any. */
  readonly wanted: SampledQuantities | undefined;
  /** Limit of the run, if it has one. */
  readonly limit: LimitWatch | undefined;
  /** Time of the next request that may come to this pool; undefined where requests may come at any time. */
  readonly comes?: NextArrival;
  /** Reports that a request had its last token in this pool; returns true if it continues in another. */
  goesOn?(slot: number, microBatch: MicroBatch, nowNs: number): boolean;
  /** Reports that there is room for the cache of `slot`, which is in another pool. */
  reserved?(slot: number, nowNs: number): void;
  /** A replica that is stopped has something to compute. */
  stalled?(replica: number, nowNs: number): void;
  /** Reports that there is room for the copied `tokens` of a request. Returns when they have arrived. */
  restores?(slot: number, tokens: number, nowNs: number): number;
  /** `replica` has refused a request, or a fault took it there; −1: none would have it. True where it is tried again. */
  triesAgain?(slot: number, ending: "refused" | "failed", replica: number, nowNs: number): boolean;
  /** A fault loses a request with this many cached and emitted tokens. */
  wastes?(slot: number, cachedTokens: number, outputTokens: number, nowNs: number): void;
  /** A pass of `replica` has ended, and its scheduler has reported. */
  passed?(replica: number, nowNs: number): void;
  /** `replica` has answered a request. */
  answered?(slot: number, replica: number, nowNs: number): void;
  /** The request is finished, rejected or failed, and its observers know. */
  leaves(slot: number, nowNs: number): void;
}
