export type { Clock } from "./clock.ts";
export { type KvEventsOptions, kvAddress } from "./kv-events/kv-events.ts";
export { MetricsText } from "./metrics-text.ts";
export { type MockOptions, MockServer } from "./mock-server.ts";
export { type MockSummary, summaryText } from "./summary.ts";
