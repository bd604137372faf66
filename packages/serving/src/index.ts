export { createScheduler } from "./create-scheduler.ts";
export { type Bins, type Deal, type DealKind, dealBatch } from "./deal.ts";
export { type Pass, PHASES, type Phase } from "./pass.ts";
export { drawRequests, type Requests } from "./request.ts";
export type { Load, RequestLog, Scheduler, ServingContext } from "./scheduler.ts";
