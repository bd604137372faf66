import type { Timeline } from "../event.ts";
import type { CacheLog } from "../logs/cache-log.ts";
import type { Levels } from "../logs/levels.ts";
import type { Observers } from "../logs/requests/observers.ts";
import type { RoutingLog } from "../logs/routing/routing-log.ts";
import type { WindowLog } from "../logs/routing/window-log.ts";
import type { SampledQuantities } from "../metrics/sampled-quantities.ts";
import type { MicroBatch } from "../micro-batches/micro-batch.ts";
import type { LimitWatch } from "../run-limit.ts";

/** What pools have in common. */
export interface Shared {
  readonly timeline: Timeline;
  readonly observer: Observers;
  readonly routing: readonly [RoutingLog, RoutingLog];
  /** Of gates that draw. */
  readonly windows: WindowLog | undefined;
  /** Of schedulers that serve requests as they come: those of all pools. */
  readonly levels: Levels | undefined;
  /** Of these where single spans are kept. */
  readonly cacheLog: CacheLog | undefined;
  /** What is asked of samples, where there are any. */
  readonly wanted: SampledQuantities | undefined;
  /** Where the run has one. */
  readonly limit: LimitWatch | undefined;
}

/** When the next request comes, as far as is known. */
export interface NextArrival {
  readonly nextNs: number;
}

/** What a pool asks for outside of it. */
export interface Outside {
  /** Who knows when the next request comes that may come to this pool; undefined where anything may come at any time. */
  readonly comes?: NextArrival;
  /** A request has had its last token in this pool: true where it goes on to another. */
  goesOn?(slot: number, microBatch: MicroBatch, nowNs: number): boolean;
  /** There is room for a request's cache, which is in another pool. */
  reserved?(slot: number, nowNs: number): void;
  /** A replica that is stopped has something to compute. */
  stalled?(replica: number, nowNs: number): void;
  /** There is room for the copied `tokens` of a request. Returns when they are there. */
  restores?(slot: number, tokens: number, nowNs: number): number;
  /** `replica` has refused a request, or a fault took it there; −1: none would have it. True where it is tried again. */
  triesAgain?(slot: number, ending: "refused" | "failed", replica: number, nowNs: number): boolean;
  /** A fault takes a request, of which so many tokens are cached and out. */
  wastes?(slot: number, cachedTokens: number, outputTokens: number, nowNs: number): void;
  /** A pass of `replica` has ended, and its scheduler has reported. */
  passed?(replica: number, nowNs: number): void;
  /** `replica` has answered a request. */
  answered?(slot: number, replica: number, nowNs: number): void;
  /** It is finished, rejected or failed, and everybody knows. */
  leaves(slot: number, nowNs: number): void;
}
