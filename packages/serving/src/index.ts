export { createScheduler } from "./create-scheduler.ts";
export type { Bins, Deal, DealKind } from "./deal.ts";
export { dealBatch } from "./deal-batch.ts";
export { type Pass, PHASES, type Phase } from "./pass.ts";
export { drawRequests, type Requests } from "./request.ts";
export type { Load, RequestLog, Scheduler, ServingContext } from "./scheduler.ts";
