export { type BatchSizes, batchSizesOf } from "./batches/batch-sizes.ts";
export type { Bins, Deal, DealKind } from "./batches/deal.ts";
export { dealBatch } from "./batches/deal-batch.ts";
export { createScheduler, largestPassOf } from "./create-scheduler.ts";
export type { HostRoom } from "./prefix/host-tier.ts";
export type { PrefixTally } from "./prefix/prefix-tally.ts";
export { type ArrivingRequest, createArrivingRequest } from "./requests/arriving-request.ts";
export { createRequestSource } from "./requests/create-request-source.ts";
export { drawRequests, type Requests } from "./requests/request.ts";
export { type RequestClass, requestClasses } from "./requests/request-class.ts";
export type { BatchId, RequestObserver, SchedulerObserver } from "./requests/request-observer.ts";
export { RequestSlots } from "./requests/request-slots.ts";
export type { RequestSource } from "./requests/request-source.ts";
export type {
  CacheUse,
  Foresight,
  Handover,
  HostUse,
  Load,
  Occupancy,
  Recovery,
  Scheduler,
  ServingContext,
  Use,
} from "./scheduler.ts";
export { Upcoming } from "./sources/upcoming.ts";
export type { SpeculationTally } from "./speculation/speculation-tally.ts";
export type { StatesRule } from "./states-rule.ts";
